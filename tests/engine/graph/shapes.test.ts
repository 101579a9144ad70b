// Inferred shapes against those that the runtime finds: the value of every node asks for its own.
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Graph, inferShapes, ShapeError, sliceRange, type Value } from "#src/engine/graph/index.js";
import { broadcast } from "#src/engine/graph/shapes.js";
import { withPlainAttention } from "#src/engine/layers/plain-attention.js";
import { decoder, encoder } from "#src/engine/models/autoencoder.js";
import { clipTextEncoder } from "#src/engine/models/clip.js";
import { readModelConfig } from "#src/engine/models/config.js";
import { fluxTransformer } from "#src/engine/models/flux.js";
import { t5Encoder } from "#src/engine/models/t5.js";
import { openGraph, type Feed } from "#src/engine/runtime/session.js";
import { freeWeights } from "#src/engine/train/gradient-graph.js";
import { cases } from "../train/gradient-cases.js";

const config = await readModelConfig(fileURLToPath(new URL("../../reference/", import.meta.url)));

type Sizes = Record<string, number>;
type Shapes = Record<string, number[]>;

/** Of every node's outputs, by inference and by the runtime on zeros. */
async function bothShapes(
  g: Graph,
  sizes: Sizes = {},
): Promise<{ inferred: Shapes; found: Shapes }> {
  const sizeOf = (name: string) => sizes[name] ?? (name.startsWith("rank of ") ? 3 : undefined);
  const known = inferShapes(g, sizeOf);
  const names = g.nodes.flatMap(({ outputs }) => outputs);
  const inferred = Object.fromEntries(names.map((name) => [name, [...known.get(name)!.shape]]));
  freeWeights(g, [...g.weights.keys()]);
  const feeds = Object.fromEntries(
    g.inputs.map(({ name, type, dims }): [string, Feed] => {
      const shape = dims.map((dim) => (typeof dim === "number" ? dim : sizeOf(dim)!));
      const count = shape.reduce((a, b) => a * b, 1);
      const data = type === "F32" ? new Float32Array(count) : new BigInt64Array(count);
      return [name, { data, dims: shape }];
    }),
  );
  for (const name of names)
    g.output(`shape of ${name}`, g.op("Cast", [g.op("Shape", [{ name }])], { to: 1 }));
  const session = await openGraph(g);
  const outputs = await session.run(feeds);
  await session.close();
  const found = Object.fromEntries(names.map((name) => [name, [...outputs[`shape of ${name}`]!]]));
  return { inferred, found };
}

const [imgTokens, txtTokens] = [6, 5];
const transformerSizes = (batch: number): Sizes => ({
  B·L: batch * imgTokens,
  B·S: batch * txtTokens,
  tokens: txtTokens + imgTokens,
});

describe("every value of", () => {
  test.each<[name: string, graph: Graph, sizes: Sizes]>([
    ["the transformer", fluxTransformer(config.transformer), transformerSizes(1)],
    [
      "the transformer, a batch",
      fluxTransformer(config.transformer, { batch: 2 }),
      transformerSizes(2),
    ],
    [
      "the transformer without LoRA branches",
      fluxTransformer(config.transformer, { takesLora: false }),
      transformerSizes(1),
    ],
    ["the encoder", encoder(config.autoencoder), { height: 16, width: 24 }],
    ["the decoder", decoder(config.autoencoder), { height: 2, width: 3 }],
    ["T5", t5Encoder(config.t5), { B·S: 7, S: 7 }],
    ["T5, a batch", t5Encoder(config.t5, 3), { B·S: 21, S: 7 }],
    ["CLIP", clipTextEncoder(config.clip), {}],
    ["CLIP, a batch", clipTextEncoder(config.clip, 2), {}],
    [
      "the transformer with plain attention",
      withPlainAttention(fluxTransformer(config.transformer)),
      transformerSizes(1),
    ],
    ["T5 with plain attention", withPlainAttention(t5Encoder(config.t5)), { B·S: 7, S: 7 }],
    ["CLIP with plain attention", withPlainAttention(clipTextEncoder(config.clip)), {}],
  ])("%s", async (_, graph, sizes) => {
    const { inferred, found } = await bothShapes(graph, sizes);
    expect(Object.keys(found).length).toBeGreaterThan(30);
    expect(inferred).toEqual(found);
  });

  const small = Object.entries(cases).flatMap(([op, all]) =>
    all.map(({ what, shapes, build }) => ({ name: `${op}, ${what}`, shapes, build })),
  );
  const others: [name: string, build: (g: Graph, x: Value) => Value][] = [
    ["Pow", (g, x) => g.op("Pow", [x, g.floats([2])])],
    ["Reciprocal", (g, x) => g.op("Reciprocal", [x])],
    ["Cos", (g, x) => g.op("Cos", [x])],
    ["Sin", (g, x) => g.op("Sin", [x])],
    ["Pad", (g, x) => g.op("Pad", [x, g.ints([0, 1, 2, 3, 0, 1])])],
    ["ArgMax", (g, x) => g.op("ArgMax", [x], { axis: 1 })],
    ["ArgMax, the axis dropped", (g, x) => g.op("ArgMax", [x], { axis: -1, keepdims: 0 })],
    ["ReduceSum, axes dropped", (g, x) => g.op("ReduceSum", [x, g.ints([0, -1])], { keepdims: 0 })],
    ["Gather, the last axis", (g, x) => g.op("Gather", [x, g.ints([0, 1, 1])], { axis: -1 })],
    ["Slice, nothing left", (g, x) => g.op("Slice", [x, g.ints([2]), g.ints([1]), g.ints([1])])],
    [
      "Slice, every third",
      (g, x) => {
        const [start, end, axis, stride] = [[1], [9], [2], [3]].map((at) => g.ints(at));
        return g.op("Slice", [x, start!, end!, axis!, stride!]);
      },
    ],
    ["Sign", (g, x) => g.op("Sign", [x])],
    [
      "OneHot",
      (g) => g.op("OneHot", [g.ints([0, 1]), g.ints([5], []), g.floats([0, 1])], { axis: -1 }),
    ],
    [
      "AveragePool",
      (g, x) => {
        const image = g.op("Reshape", [x, g.ints([1, 2, 3, 4])]);
        return g.op("AveragePool", [image], { kernel_shape: [1, 2], strides: [1, 2] });
      },
    ],
    [
      "ConvTranspose",
      (g, x) => {
        const image = g.op("Reshape", [x, g.ints([1, 2, 3, 4])]);
        const kernel = g.floats(Array<number>(90).fill(1), [2, 5, 3, 3]);
        const attributes = { kernel_shape: [3, 3], strides: [2, 2], pads: [0, 1, 1, 0] };
        return g.op("ConvTranspose", [image, kernel], { ...attributes, output_padding: [1, 0] });
      },
    ],
    [
      "Reshape to a shape put together",
      (g, x) => {
        const rest = g.op("Shape", [x], { start: 1 });
        return g.op("Reshape", [x, g.op("Concat", [g.ints([1, -1]), rest], { axis: 0 })]);
      },
    ],
  ];
  test.each([
    ...small,
    ...others.map(([name, build]) => ({
      name,
      shapes: [[2, 3, 4]],
      build: (g: Graph, [x]: Value[]) => build(g, x!),
    })),
  ])("$name", async ({ shapes, build }) => {
    const g = new Graph();
    build(
      g,
      shapes.map((shape, i) => g.input(`x${i}`, "F32", shape)),
    );
    const { inferred, found } = await bothShapes(g);
    expect(inferred).toEqual(found);
  });
});

describe("what cannot be inferred is named", () => {
  test.each<[what: string, build: (g: Graph, x: Value) => unknown, message: string]>([
    ["a size that is not given", (g) => g.input("y", "F32", ["height"]), 'dimension "height"'],
    ["an op without a rule", (g, x) => g.op("Einsum", [x]), "no rule for the op Einsum"],
    ["an unknown input", (g) => g.op("Neg", [{ name: "nobody" }]), "input 0 (nobody) is unknown"],
    [
      "integers that are made at run time",
      (g, x) => g.op("Reshape", [x, g.input("shape", "I64", [2])]),
      "input 1 is not known ahead",
    ],
    ["shapes that do not broadcast", (g, x) => g.op("Add", [x, g.floats([1, 2])]), "[2,3] and [2]"],
    ["a product that does not fit", (g, x) => g.op("MatMul", [x, x]), "[2,3] and [2,3]"],
    [
      "numbers that do not fill the shape",
      (g, x) => g.op("Reshape", [x, g.ints([4, 2])]),
      "[2,3] cannot become [4,2]",
    ],
  ])("%s", (_, build, message) => {
    const g = new Graph();
    build(g, g.input("x", "F32", [2, 3]));
    const infer = () => inferShapes(g);
    expect(infer).toThrow(ShapeError);
    expect(infer).toThrow(message);
  });
});

test("a slice keeps what Array's slice keeps", () => {
  const index = fc.integer({ min: -12, max: 12 });
  fc.assert(
    fc.property(index, index, fc.nat(8), (start, end, size) => {
      const [from, to] = sliceRange(start, end, size);
      const all = Array.from({ length: size }, (_, i) => i);
      expect(all.filter((i) => i >= from && i < to)).toEqual(all.slice(start, end));
    }),
  );
});

test.each([
  [[], [2, 3], [2, 3]],
  [[3], [2, 3], [2, 3]],
  [
    [2, 1, 4],
    [3, 1],
    [2, 3, 4],
  ],
  [[1], [0], [0]],
])("[%s] and [%s] broadcast to [%s]", (a, b, result) => {
  expect(broadcast(a, b)).toEqual(result);
});

test("broadcasting does not depend on the order", () => {
  const shape = fc.array(fc.constantFrom(0, 1, 3), { maxLength: 4 });
  const result = (a: number[], b: number[]) => {
    try {
      return broadcast(a, b);
    } catch (error) {
      return (error as Error).constructor;
    }
  };
  fc.assert(
    fc.property(shape, shape, (a, b) => {
      expect(result(a, b)).toEqual(result(b, a));
    }),
  );
});
