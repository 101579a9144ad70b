import { expect, test } from "vitest";
import { Graph } from "#src/engine/graph/index.js";
import { withPlainProducts } from "#src/engine/layers/plain-product.js";
import { openGraph } from "#src/engine/runtime/index.js";
import { relativeRms } from "../../support/relative-rms.js";

const feed = (dims: number[], phase: number) => ({
  data: Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i * i + phase)),
  dims,
}); // prettier-ignore

test.each([
  [[2, 3, 5], [2, 5, 4], {}],
  [[2, 5, 3], [2, 5, 4], { transA: 1 }],
  [[2, 3, 5], [2, 4, 5], { transB: 1, alpha: { float: 0.25 } }],
  [[6, 2, 5, 3], [6, 2, 4, 5], { transA: 1, transB: 1, alpha: { float: -3 } }],
  [[3, 5], [7, 4, 5], { transB: 1 }],
])("the product of %j and %j under %j written out is the same", async (a, b, attributes) => {
  const graph = new Graph();
  const factors = [graph.input("a", "F32", a), graph.input("b", "F32", b)];
  graph.output("product", graph.microsoft("FusedMatMul", factors, attributes));
  const plain = withPlainProducts(graph);
  expect(plain.nodes.map(({ op }) => op)).not.toContain("FusedMatMul");
  const products = [];
  for (const each of [graph, plain]) {
    const session = await openGraph(each);
    products.push((await session.run({ a: feed(a, 0), b: feed(b, 1) })).product!);
    await session.close();
  }
  expect(relativeRms(products[1]!, products[0]!)).toBeLessThan(1e-6);
});

test("a graph without any may be of unknown sizes", () => {
  const graph = new Graph();
  graph.output("y", graph.op("Relu", [graph.input("x", "F32", ["N"])]));
  expect(withPlainProducts(graph)).toBe(graph);
});
