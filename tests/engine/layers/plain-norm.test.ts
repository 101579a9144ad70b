import { expect, test } from "vitest";
import { Graph } from "#src/engine/graph/index.js";
import { withPlainNorms } from "#src/engine/layers/plain-norm.js";
import { openGraph, type Feed } from "#src/engine/runtime/index.js";
import { relativeRms } from "../../support/relative-rms.js";

const [BATCH, TOKENS, SIZE] = [3, 4, 6];

const feed = (dims: number[], phase: number): Feed => ({
  data: Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) =>
    Math.sin(i * i + phase),
  ),
  dims,
});

/** @param outputs - the result, and what it was normalised by */
function graphOf(op: string, inputs: Record<string, number[]>, outputs: string[]): Graph {
  const g = new Graph();
  const values = Object.entries(inputs).map(([name, dims]) => g.input(name, "F32", dims));
  g.op(op, values, { axis: -1, epsilon: { float: 1e-6 } });
  g.nodes.at(-1)!.outputs = outputs;
  for (const name of outputs) g.output(`${name} out`, { name });
  return g;
}

const x = [BATCH, TOKENS, SIZE];
const row = [BATCH, 1, SIZE];

test.each([
  ["LayerNormalization", { x, scale: row, shift: row }, ["y", "mean", "inverse"]],
  ["LayerNormalization", { x, scale: [SIZE], shift: [SIZE] }, ["y"]],
  ["SimplifiedLayerNormalization", { x, scale: [SIZE] }, ["y", "inverse"]],
])("%s of %j written out gives the same %j", async (op, inputs, outputs) => {
  const graph = graphOf(op, inputs, outputs);
  const plain = withPlainNorms(graph);
  expect(plain.nodes.map((node) => node.op)).not.toContain(op);
  const feeds = Object.fromEntries(
    Object.entries(inputs).map(([name, dims], i) => [name, feed(dims, i)]),
  );
  const results = [];
  for (const each of [graph, plain]) {
    const session = await openGraph(each);
    results.push(await session.run(feeds));
    await session.close();
  }
  const [expected, seen] = results;
  expect(Object.keys(seen!)).toEqual(Object.keys(expected!));
  for (const [name, values] of Object.entries(expected!))
    expect(relativeRms(seen![name]!, values)).toBeLessThan(1e-5);
});
