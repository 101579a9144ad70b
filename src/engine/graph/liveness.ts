// How much memory a graph's values take at most at one time, when its nodes run in their order and each
// value goes after its last use. Counted as the runtime does it: a Reshape is another view of the same
// numbers, and sums and products of two are written over an operand that nobody needs any more.
import type { Graph, GraphNode } from "./graph.js";
import { countOf, type Known } from "./shapes.js";

export interface LivenessOptions {
  /** of every value, as `inferShapes` gives it */
  known: ReadonlyMap<string, Known>;
  /** bytes of one number of a value */
  bytesOf: (name: string) => number;
  /** what a node needs while it runs, beside inputs and outputs, in bytes */
  workspaceOf?: (node: GraphNode) => number;
}

const VIEWS = new Set(["Identity", "Reshape", "Unsqueeze"]);
const IN_PLACE = new Set(["Add", "Sub", "Mul", "Div"]);

/** In bytes. Weights, constants, inputs and the integers that shapes are made of are not counted. */
export function peakActivationBytes(
  graph: Graph,
  { known, bytesOf, workspaceOf = () => 0 }: LivenessOptions,
): number {
  const lastUse = new Map<string, number>();
  graph.nodes.forEach(({ inputs }, at) => {
    for (const name of inputs) lastUse.set(name, at);
  });
  /** value → the buffer that it lies in */
  const buffers = new Map<string, Buffer>();
  let [now, peak] = [0, 0];
  const release = (name: string) => {
    const buffer = buffers.get(name);
    buffers.delete(name);
    if (buffer !== undefined && --buffer.users === 0) now -= buffer.bytes;
  };
  graph.nodes.forEach((node, at) => {
    const dies = (name: string) => lastUse.get(name) === at && !graph.outputs.includes(name);
    for (const name of node.outputs) {
      const value = known.get(name);
      if (value === undefined || value.integers !== undefined) continue;
      const bytes = bytesOf(name) * countOf(value.shape);
      const buffer = reused(node, bytes, dies, buffers) ?? { bytes, users: 0 };
      if (buffer.users === 0) now += bytes;
      buffer.users++;
      buffers.set(name, buffer);
    }
    peak = Math.max(peak, now + workspaceOf(node));
    const gone = [
      ...node.inputs.filter(dies),
      ...node.outputs.filter((name) => !lastUse.has(name)),
    ];
    for (const name of new Set(gone)) if (!graph.outputs.includes(name)) release(name);
  });
  return peak;
}

interface Buffer {
  bytes: number;
  /** how many values lie in it */
  users: number;
}

/** The buffer of an input that an output may lie in. */
function reused(
  node: GraphNode,
  bytes: number,
  dies: (name: string) => boolean,
  buffers: ReadonlyMap<string, Buffer>,
): Buffer | undefined {
  if (VIEWS.has(node.op)) return buffers.get(node.inputs[0]!);
  if (!IN_PLACE.has(node.op)) return undefined;
  return node.inputs
    .filter(dies)
    .map((name) => buffers.get(name))
    .find((buffer) => buffer?.bytes === bytes && buffer.users === 1);
}
