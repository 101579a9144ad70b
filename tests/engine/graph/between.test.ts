import { expect, test } from "vitest";
import { between, Graph } from "#src/engine/graph/index.js";
import { openGraph, type Session } from "#src/engine/runtime/session.js";

/** y = (x + 1) · 2, z = y · y + x */
function whole(): Graph {
  const g = new Graph();
  const x = g.input("x", "F32", ["n"]);
  const y = g.tap("y", g.op("Mul", [g.op("Add", [x, g.floats([1])]), g.floats([2])]));
  g.output("z", g.tap("z", g.op("Add", [g.op("Mul", [y, y]), x])));
  return g;
}

const feed = (...numbers: number[]) => ({
  data: Float32Array.from(numbers),
  dims: [numbers.length],
});

async function run(graph: Graph, feeds: Parameters<Session["run"]>[0]) {
  const session = await openGraph(graph);
  const outputs = await session.run(feeds);
  await session.close();
  return outputs;
}

test("the pieces of a graph, one after the other, are the graph", async () => {
  const x = feed(0, 1, 2);
  const { z } = await run(whole(), { x });
  const { y } = await run(between(whole(), { to: ["y"] }), { x });
  expect([...y!]).toEqual([2, 4, 6]);
  const second = between(whole(), { from: { y: ["n"] }, to: ["z"] });
  expect((await run(second, { x, y: feed(...y!) })).z).toEqual(z);
});

test("a piece has what it needs and nothing else", () => {
  const first = between(whole(), { to: ["y"] });
  expect(first.inputs.map(({ name }) => name)).toEqual(["x"]);
  expect(first.nodes.map(({ op }) => op)).toEqual(["Add", "Mul", "Identity"]);
  const second = between(whole(), { from: { y: ["n"] }, to: ["z"] });
  expect(second.inputs.map(({ name }) => name)).toEqual(["x", "y"]);
  expect(second.nodes.map(({ op }) => op)).toEqual(["Identity", "Mul", "Add", "Identity"]);
});
