// A piece of a graph: the way from some of its values to others. Pieces of one graph run one after the other,
// each in a session of its own, with what lies between them in hand.
import type { Dim, Graph } from "./graph.js";

export interface Ends {
  /** taps whose values come in by inputs of the same name, with their shapes */
  from?: Readonly<Record<string, Dim[]>>;
  /** taps whose values go out by outputs of the same name */
  to: readonly string[];
}

/** All that `to` needs and `from` does not give is computed again. */
export function between(graph: Graph, { from = {}, to }: Ends): Graph {
  const nameOf = (tap: string) => graph.taps.get(tap)!.name;
  const given = new Set(Object.keys(from).map(nameOf));
  const wanted = new Set(to.map(nameOf));
  const nodes = graph.nodes.toReversed().filter(({ inputs, outputs }) => {
    if (!outputs.some((name) => wanted.has(name) && !given.has(name))) return false;
    for (const name of inputs) wanted.add(name);
    return true;
  });
  const piece = graph.part(nodes.toReversed());
  for (const [tap, dims] of Object.entries(from)) {
    const { name } = piece.input(tap, "F32", dims);
    piece.nodes.unshift({
      op: "Identity",
      domain: "",
      inputs: [name],
      outputs: [nameOf(tap)],
      attributes: {},
    });
  }
  for (const tap of to) piece.output(tap, { name: nameOf(tap) });
  return piece;
}
