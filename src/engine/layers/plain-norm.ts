// Layer norms in plain ops, for devices whose fused ones know no batch: their scale and shift must be of
// one row, and the statistics that going back needs are the processor's alone. A whole graph is rewritten
// when its session is opened, as attention is.
import type { Graph, GraphNode, Value } from "../graph/index.js";

const norms = new Set(["LayerNormalization", "SimplifiedLayerNormalization"]);

/** The same graph with every layer norm and root-mean-square norm written out. */
export function withPlainNorms(graph: Graph): Graph {
  const plain = graph.emptied();
  for (const node of graph.nodes)
    if (norms.has(node.op)) plain.precise(node.needs, () => writeOut(plain, node));
    else plain.nodes.push(node);
  return plain;
}

function writeOut(g: Graph, node: GraphNode): void {
  const [x, scale, shift] = node.inputs.map((name) => ({ name }));
  const meanOf = (value: Value) => g.op("ReduceMean", [value, g.ints([-1])], { keepdims: 1 });
  const { float: epsilon } = node.attributes["epsilon"] as { float: number };
  const isSimple = node.op === "SimplifiedLayerNormalization";
  const mean = isSimple ? undefined : meanOf(x!);
  const centred = mean === undefined ? x! : g.op("Sub", [x!, mean]);
  const variance = g.op("Add", [meanOf(g.op("Mul", [centred, centred])), g.floats([epsilon])]);
  const inverse = g.op("Reciprocal", [g.op("Sqrt", [variance])]);
  const scaled = g.op("Mul", [g.op("Mul", [centred, inverse]), scale!]);
  const y = shift === undefined ? scaled : g.op("Add", [scaled, shift]);
  const results = isSimple ? [y, inverse] : [y, mean!, inverse];
  node.outputs.forEach((name, i) => {
    g.op("Identity", [results[i]!]);
    g.nodes.at(-1)!.outputs = [name];
  });
}
