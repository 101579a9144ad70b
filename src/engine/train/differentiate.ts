// Reverse-mode differentiation of a graph: walks its nodes from last to first and adds, in ops that
// any build of the runtime has, what each one passes back. No training runtime is needed.
import type { Graph, GraphNode, Known, Value } from "../graph/index.js";
import { add, rules } from "./rules/index.js";

/**
 * Adds the gradients of `wrt` to the graph.
 * @param seeds - output value → the gradient that arrives there
 * @param wrt - names of inputs, weights or values whose gradients are wanted
 * @param known - of the graph's forward part, by `inferShapes`
 * @returns name → gradient; a name that no seed depends on is left out
 * @throws Error where an op on the way has no rule
 */
export function differentiate(
  g: Graph,
  seeds: ReadonlyMap<string, Value>,
  wrt: readonly string[],
  known: ReadonlyMap<string, Known>,
): Map<string, Value> {
  const forward = [...g.nodes];
  const moving = dependents(forward, wrt);
  const parts = new Map<string, Value[]>();
  const give = (name: string, gradient: Value) =>
    void parts.set(name, [...(parts.get(name) ?? []), gradient]);
  for (const [name, seed] of seeds) give(name, seed);

  /** Everything that arrived at a value, added up once. */
  const take = (name: string): Value | undefined => {
    const [first, ...rest] = parts.get(name) ?? [];
    if (first === undefined) return undefined;
    const sum = rest.reduce((total, part) => add(g, total, part), first);
    parts.set(name, [sum]);
    return sum;
  };

  for (const node of forward.toReversed()) {
    if (!node.outputs.some((name) => moving.has(name))) continue;
    const outputs = [...node.outputs];
    const dys = outputs.map(take);
    if (dys.every((dy) => dy === undefined)) continue;
    const gradients = ruleOf(node)({
      g,
      node,
      x: node.inputs.map((name) => ({ name })),
      y: outputs.map((name) => ({ name })),
      dy: dys[0] as Value,
      dys,
      shapeOf: ({ name }) => look(known, name).shape,
      integersOf: ({ name }) => look(known, name).integers ?? fail(`${name} is not known ahead`),
      number: (name, otherwise) => {
        const value = node.attributes[name];
        return typeof value === "number" ? value : otherwise;
      },
    });
    node.inputs.forEach((name, i) => {
      if (!moving.has(name)) return;
      const gradient = gradients[i] ?? fail(`${node.op} passes no gradient to input ${i}`);
      give(name, gradient());
    });
  }
  return new Map(
    wrt.flatMap((name) => {
      const gradient = take(name);
      return gradient === undefined ? [] : [[name, gradient]];
    }),
  );
}

/** Their results are whole numbers, which do not change by a little. */
const discrete = new Set(["Shape", "ArgMax"]);

/** The names that depend on any of `wrt`, themselves included. */
function dependents(nodes: readonly GraphNode[], wrt: readonly string[]): Set<string> {
  const moving = new Set(wrt);
  for (const { op, inputs, outputs } of nodes)
    if (!discrete.has(op) && inputs.some((name) => moving.has(name)))
      for (const name of outputs) moving.add(name);
  return moving;
}

const ruleOf = (node: GraphNode) => rules[node.op] ?? fail(`no gradient is known for ${node.op}`);

const look = (known: ReadonlyMap<string, Known>, name: string): Known =>
  known.get(name) ?? fail(`the shape of ${name} is unknown`);

function fail(what: string): never {
  throw new Error(`differentiate: ${what}`);
}
