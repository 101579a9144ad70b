import { describe, expect, test } from "vitest";
import { Graph, inferShapes, type Value } from "#src/engine/graph/index.js";
import { attention, biasedAttention, causalAttention } from "#src/engine/layers/attention.js";
import { withPlainAttention } from "#src/engine/layers/plain-attention.js";
import { openGraph, type Feed } from "#src/engine/runtime/index.js";

const HEADS = 3;
const HEAD_SIZE = 10;
const ONNX_F16 = 10;
const ONNX_F32 = 1;

type Form = "free" | "causal" | "biased";

/** Attention between casts to and from what it is computed in. */
function graphOf(form: Form, type = ONNX_F32): Graph {
  const g = new Graph();
  const cast = (x: Value, to: number) => g.op("Cast", [x], { to });
  const [q, k, v] = ["q", "k", "v"].map((name) =>
    cast(g.input(name, "F32", [2, name === "q" ? "T" : "U", HEADS * HEAD_SIZE]), type),
  ) as [Value, Value, Value];
  const bias = () => cast(g.input("bias", "F32", [1, HEADS, "T", "U"]), type);
  const mixed = {
    free: () => attention(g, q, k, v, HEADS),
    causal: () => causalAttention(g, q, k, v, HEADS),
    biased: () => biasedAttention(g, q, k, v, HEADS, bias()),
  }[form]();
  g.output("y", cast(mixed, ONNX_F32));
  return g;
}

/** The largest difference between the fused op and what replaces it. */
async function difference(graph: Graph, queries: number, keys: number): Promise<number> {
  const sizes: Record<string, number> = { T: queries, U: keys };
  const feeds = Object.fromEntries(
    graph.inputs.map(({ name, dims }, seed): [string, Feed] => {
      const shape = dims.map((dim) => (typeof dim === "number" ? dim : sizes[dim]!));
      const count = shape.reduce((a, b) => a * b, 1);
      return [
        name,
        {
          dims: shape,
          data: Float32Array.from({ length: count }, (_, i) => Math.sin(i * i + seed)),
        },
      ];
    }),
  );
  const results: Float32Array[] = [];
  for (const form of ["fused", "plain"] as const) {
    const session = await openGraph(graph, { device: { provider: "cpu", attention: form } });
    results.push((await session.run(feeds))["y"]!);
    await session.close();
  }
  const [fused, plain] = results as [Float32Array, Float32Array];
  expect(plain).toHaveLength(2 * queries * HEADS * HEAD_SIZE);
  return Math.max(...fused.map((value, i) => Math.abs(value - plain[i]!)));
}

describe("attention written out is the fused op", () => {
  // Its rows go in 16 pieces: fewer rows than that, as many, and numbers that they do not divide.
  test.each([1, 5, 16, 33, 77, 160])("%i tokens", async (tokens) => {
    expect(await difference(graphOf("free"), tokens, tokens)).toBeLessThan(1e-6);
  });

  test("other keys than queries", async () => {
    expect(await difference(graphOf("free"), 40, 23)).toBeLessThan(1e-6);
  });

  test.each(["causal", "biased"] as const)("%s", async (form) => {
    expect(await difference(graphOf(form), 77, 77)).toBeLessThan(1e-6);
  });

  test.each(["free", "causal", "biased"] as const)("%s in float16", async (form) => {
    expect(await difference(graphOf(form, ONNX_F16), 77, 77)).toBeLessThan(2e-3);
  });
});

test("nothing else of the graph is touched, and its shapes can be inferred", () => {
  const graph = graphOf("free");
  const plain = withPlainAttention(graph);
  const others = graph.nodes.filter(({ op }) => op !== "MultiHeadAttention");
  expect(others).toHaveLength(graph.nodes.length - 1);
  for (const node of others) expect(plain.nodes).toContain(node);
  expect(plain.nodes.map(({ op }) => op)).not.toContain("MultiHeadAttention");
  expect(plain.outputs).toEqual(["y"]);
  const known = inferShapes(plain, (name) => (name === "T" ? 40 : 23));
  expect(known.get("y")!.shape).toEqual([2, 40, HEADS * HEAD_SIZE]);
});

test("no piece of the scores is larger than a sixteenth of them, rounded up", () => {
  const known = inferShapes(withPlainAttention(graphOf("free")), () => 4868);
  const scores = [...known.values()].filter(({ shape }) => shape.at(-1) === 4868 && shape[1] === HEADS && shape[2] !== HEAD_SIZE); // prettier-ignore
  expect(scores).toHaveLength(2 * 16);
  for (const { shape } of scores) expect(shape[2]).toBeLessThanOrEqual(305);
});
