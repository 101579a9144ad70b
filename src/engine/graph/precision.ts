// The same graph in 16 bits. Products, attention and the work between them go low; what `precise` marks for
// a need that the type does not meet stays float32, and so do inputs and outputs. Casts stand where the two
// meet, one a value. What only moves numbers keeps their type, and a weight gets that of those who use it.
import { castNode } from "./binding.js";
import type { Graph, GraphNode, Need } from "./graph.js";
import type { FloatType, HalfType } from "./types.js";

interface Lack {
  needs: readonly Need[];
  /** ops that have no kernel for the type where it is used: bfloat16 is CUDA's alone */
  ops: readonly string[];
}

const lacks: Record<HalfType, Lack> = {
  F16: { needs: ["digits", "range"], ops: [] },
  BF16: {
    needs: ["digits"],
    ops: ["Conv", "Resize", "InstanceNormalization", "Pad", "ReduceMean", "ReduceMax", "Clip"],
  },
};

const moves = new Set(
  ["Identity", "Reshape", "Transpose", "Unsqueeze", "Slice", "Split", "Concat", "Gather", "Pad",
    "Expand"],
); // prettier-ignore

/** They give whole numbers, whatever they see. */
const discrete = new Set(["Shape", "ArgMax"]);

/** The scales of a Resize are float32, whatever it resizes. */
const isFixed = ({ op }: GraphNode, input: number): boolean => op === "Resize" && input > 0;

/** The graph itself is left as it is. */
export function lowered(graph: Graph, half: HalfType): Graph {
  const { of, asked } = typesOf(graph, half);
  const low = graph.emptied();
  const note = (name: string, type: FloatType | undefined) => {
    if (type === half) low.halves.set(name, half);
  };
  const made = new Set<string>();
  const as = (name: string, type: FloatType): string => {
    const own = of.get(name);
    if (own === undefined || own === type) return name; // whole numbers, or nothing at all
    const cast = `${name}/${type}`;
    if (!made.has(cast)) low.nodes.push(castNode(name, cast, type));
    made.add(cast);
    note(cast, type);
    return cast;
  };
  for (const node of graph.nodes) {
    const type = asked.get(node);
    const inputs = node.inputs.map((name, i) =>
      type === undefined || isFixed(node, i) ? name : as(name, type),
    );
    low.nodes.push({ ...node, inputs });
  }
  for (const [name, type] of of) note(name, type);
  return low;
}

interface Types {
  /** of values, weights and constants; whole numbers have none */
  of: Map<string, FloatType>;
  /** what a node computes in */
  asked: Map<GraphNode, FloatType>;
}

function typesOf(graph: Graph, half: HalfType): Types {
  const of = new Map<string, FloatType>();
  const asked = new Map<GraphNode, FloatType>();
  /** stored numbers take any type */
  const stored = new Set<string>(graph.weights.keys());
  for (const { name, type } of graph.inputs) if (type === "F32") of.set(name, "F32");
  for (const { name, type } of graph.constants) {
    if (type !== "F32") continue;
    of.set(name, "F32");
    stored.add(name);
  }
  for (const node of graph.nodes) {
    const floats = node.inputs.filter((name) => of.has(name) || stored.has(name));
    if (discrete.has(node.op) || floats.length === 0) continue;
    const moved = floats.flatMap((name) => (stored.has(name) ? [] : [of.get(name)!]));
    const type = isWide(node, graph, half) || wider(node, moved) ? "F32" : half;
    asked.set(node, type);
    for (const name of node.outputs) of.set(name, type);
    for (const name of floats)
      if (graph.weights.has(name)) of.set(name, of.get(name) === "F32" ? "F32" : type);
  }
  return { of, asked };
}

function isWide({ op, needs, outputs }: GraphNode, graph: Graph, half: HalfType): boolean {
  const lack = lacks[half];
  return (
    (needs !== undefined && lack.needs.includes(needs)) ||
    lack.ops.includes(op) ||
    outputs.some((name) => graph.outputs.includes(name))
  );
}

/** Whether a node moves numbers of which some are float32. */
const wider = ({ op }: GraphNode, moved: readonly FloatType[]): boolean =>
  moves.has(op) && moved.includes("F32");

/** How often a number is rounded to 16 bits on the longest way through a lowered graph. */
export function roundings(low: Graph): number {
  const passed = new Map<string, number>();
  for (const { op, inputs, outputs } of low.nodes) {
    const before = inputs.reduce((most, name) => Math.max(most, passed.get(name) ?? 0), 0);
    for (const name of outputs)
      passed.set(name, before + (low.halves.has(name) && !moves.has(op) ? 1 : 0));
  }
  return Math.max(...low.outputs.map((name) => passed.get(name)!));
}
