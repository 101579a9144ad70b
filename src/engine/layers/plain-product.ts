// Products that turn and scale their factors, in plain ops, for devices without the fused one: there all of
// them would be the processor's, with both factors carried there and the product back.
import { inferShapes, type Graph, type GraphNode, type Shape, type Value } from "../graph/index.js";

/** The same graph with every fused product written out; one that has any must be of known sizes. */
export function withPlainProducts(graph: Graph): Graph {
  if (!graph.nodes.some(isFused)) return graph;
  const shapes = inferShapes(graph);
  const plain = graph.emptied();
  for (const node of graph.nodes)
    if (isFused(node))
      plain.precise(node.needs, () => writeOut(plain, node, (name) => shapes.get(name)!.shape));
    else plain.nodes.push(node);
  return plain;
}

const isFused = ({ op }: GraphNode): boolean => op === "FusedMatMul";

function writeOut(g: Graph, node: GraphNode, shapeOf: (name: string) => Shape): void {
  const { transA, transB, alpha = { float: 1 } } = node.attributes;
  const turned = (name: string, turns: boolean): Value =>
    turns ? g.op("Transpose", [{ name }], { perm: lastTwoTurned(shapeOf(name)) }) : { name };
  const [a, b] = node.inputs as [string, string];
  const product = [turned(a, transA === 1), turned(b, transB === 1)];
  const { float: scale } = alpha as { float: number };
  if (scale === 1) g.op("MatMul", product);
  else g.op("Mul", [g.op("MatMul", product), g.floats([scale])]);
  g.nodes.at(-1)!.outputs = [...node.outputs];
}

const lastTwoTurned = ({ length }: Shape): number[] => [
  ...Array.from({ length: length - 2 }, (_, i) => i),
  length - 1,
  length - 2,
];
