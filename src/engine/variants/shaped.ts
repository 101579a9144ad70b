// A graph as it runs: in the numbers that are computed with, and with the size of every value. What memory
// it takes can be counted then.
import { countOf, inferShapes, lowered, type Graph, type GraphNode } from "../graph/index.js";
import { peakActivationBytes } from "../graph/liveness.js";
import type { ComputeType } from "../runtime/index.js";

export interface Shaped {
  graph: Graph;
  /** numbers of a value or a weight */
  countOf(name: string): number;
  /** bytes of one of them */
  bytesOf(name: string): number;
  /** the most bytes of values at one time; `besides`: those that a node needs while it runs */
  peak(besides?: (node: GraphNode) => number): number;
}

/** @param sizeOf - size of a named dimension */
export function shaped(
  network: Graph,
  compute: ComputeType,
  sizeOf: (name: string) => number | undefined,
): Shaped {
  const graph = compute === "f32" ? network : lowered(network, compute === "f16" ? "F16" : "BF16");
  const known = inferShapes(graph, sizeOf);
  const bytesOf = (name: string) => (graph.halves.has(name) ? 2 : 4);
  return {
    graph,
    countOf: (name) => countOf(known.get(name)!.shape),
    bytesOf,
    peak: (workspaceOf = () => 0) => peakActivationBytes(graph, { known, bytesOf, workspaceOf }),
  };
}
