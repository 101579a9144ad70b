// Lowered graphs: what stays float32 and what does not, on small ones; types that agree everywhere, on all
// networks at their real sizes; and numbers, on the reference model with every op's result rounded.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { Graph, inferShapes, lowered, type HalfType, type Value } from "#src/engine/graph/index.js"; // prettier-ignore
import { linear } from "#src/engine/layers/linear.js";
import { withPlainAttention } from "#src/engine/layers/plain-attention.js";
import { decoder, encoder } from "#src/engine/models/autoencoder.js";
import { clipTextEncoder } from "#src/engine/models/clip.js";
import { readModelConfig } from "#src/engine/models/config.js";
import { fluxModulation } from "#src/engine/models/flux-modulation.js";
import { fluxBlocks, fluxTransformer } from "#src/engine/models/flux.js";
import { t5Buckets, t5Encoder } from "#src/engine/models/t5.js";
import { openSession, type Feed } from "#src/engine/runtime/index.js";
import { CaseFile } from "#src/engine/parity/case-file.js";
import { roundingLimit } from "#src/engine/parity/half.js";
import { openSafetensors } from "#src/engine/weights/safetensors.js";
import { relativeRms } from "../../support/relative-rms.js";
import { fluxDev } from "#src/doctor/flux-dev.js";
import { emulated } from "./emulated.js";

const reference = fileURLToPath(new URL("../../reference/", import.meta.url));
const onnx = { F32: 1, F16: 10, BF16: 16 } as const;

/** `build` on an input x [2, 3], lowered; how many casts to each type, and which nodes are half. */
function lower(half: HalfType, build: (g: Graph, x: Value) => Value) {
  const g = new Graph();
  g.output("y", build(g, g.input("x", "F32", [2, 3])));
  const before = structuredClone(g.nodes);
  const low = lowered(g, half);
  expect(g.nodes).toEqual(before);
  const casts = low.nodes.filter(({ op }) => op === "Cast");
  const to = (type: keyof typeof onnx) =>
    casts.filter(({ attributes }) => attributes["to"] === onnx[type]).length;
  const halves = low.nodes.filter(
    ({ op, outputs }) => op !== "Cast" && low.halves.has(outputs[0]!),
  );
  return { low, down: to(half), up: to("F32"), halves: halves.map(({ op }) => op) };
}

describe("what is computed in 16 bits", () => {
  test("everything between input and output, which are float32", () => {
    const { down, up, halves } = lower("F16", (g, x) => g.op("Tanh", [g.op("Exp", [x])]));
    expect({ down, up, halves }).toEqual({ down: 1, up: 1, halves: ["Exp", "Tanh"] });
  });

  test("a value that many see is cast once", () => {
    const many = lower("BF16", (g, x) => g.op("Mul", [g.op("Exp", [x]), g.op("Tanh", [x])]));
    expect(many).toMatchObject({ down: 1, up: 1 });
  });

  test("not what needs digits, nor what needs a range that the type has not", () => {
    const build = (g: Graph, x: Value) => {
      const wide = g.precise("range", () => g.op("Exp", [g.op("Neg", [x])]));
      return g.op("Tanh", [g.precise("digits", () => g.op("Sin", [wide]))]);
    };
    expect(lower("F16", build).halves).toEqual(["Tanh"]);
    expect(lower("BF16", build).halves).toEqual(["Neg", "Exp", "Tanh"]);
  });

  test("scopes of need end, and may lie in each other", () => {
    const { halves } = lower("F16", (g, x) => {
      const y = g.precise("range", () => g.op("Exp", [g.precise(undefined, () => g.op("Abs", [x]))]));
      return g.op("Tanh", [y]);
    }); // prettier-ignore
    expect(halves).toEqual(["Abs", "Tanh"]);
  });

  test("what moves numbers keeps their type: no cast for a view", () => {
    const { down, halves } = lower("F16", (g, x) => {
      const turned = g.op("Transpose", [g.op("Reshape", [x, g.ints([3, 2])])], { perm: [1, 0] });
      return g.precise("digits", () => g.op("Exp", [turned]));
    });
    expect({ down, halves }).toEqual({ down: 0, halves: [] });
  });

  test("where float32 and 16 bits are joined, float32 stays", () => {
    const { halves } = lower("F16", (g, x) => g.op("Concat", [g.op("Exp", [x]), x], { axis: 0 }));
    expect(halves).toEqual(["Exp"]);
  });

  test("whole numbers are left alone", () => {
    const { low, down } = lower("F16", (g, x) => {
      const size = g.op("Mul", [g.op("Shape", [x]), g.ints([1])]);
      return g.op("Expand", [x, g.op("Add", [size, g.ints([0])])]);
    });
    expect(down).toBe(0);
    expect(low.halves.size).toBe(0);
  });

  test("a weight has the type of those who use it, and is cast for one who differs from the others", () => {
    const g = new Graph();
    const x = g.input("x", "F32", [2, 3]);
    const size = { in: 3, out: 3 };
    const first = g.scope("low", () => linear(g, x, size));
    const second = g.precise("range", () => g.scope("wide", () => linear(g, first, size)));
    const both = g.precise("range", () => g.op("Add", [second, g.weightAt("low.bias", [3])]));
    g.output("y", both);
    const { halves, nodes } = lowered(g, "F16");
    expect([...g.weights.keys()].filter((key) => halves.has(key))).toEqual(["low.weight"]);
    expect(nodes.filter(({ inputs }) => inputs[0] === "low.bias").map(({ op }) => op)).toEqual(["Cast"]); // prettier-ignore
  });

  test("in bfloat16 not where CUDA has no kernel, and the scales of a Resize never", () => {
    const build = (g: Graph, x: Value) => {
      const pixels = g.op("Reshape", [g.op("Exp", [x]), g.ints([1, 1, 2, 3])]);
      return g.op("Tanh", [g.op("Resize", [pixels, null, g.floats([1, 1, 2, 2])])]);
    };
    expect(lower("BF16", build).halves).toEqual(["Exp", "Reshape", "Tanh"]);
    const { low, halves } = lower("F16", build);
    expect(halves).toEqual(["Exp", "Reshape", "Resize", "Tanh"]);
    expect(low.nodes.find(({ op }) => op === "Resize")!.inputs[2]).toMatch(/^\/constant:\d+$/);
  });
});

const { transformer, autoencoder, t5, clip } = fluxDev;
const sizes = (config = transformer): Record<string, number> => ({
  B·L: 40, B·S: 24, S: 24, tokens: 64, steps: 5, height: 16, width: 24, hidden: config.hiddenSize,
}); // prettier-ignore
const networks: Record<string, Graph> = {
  transformer: fluxTransformer(transformer, { takesLora: "all" }),
  blocks: fluxBlocks(transformer),
  modulation: fluxModulation(transformer),
  "blocks with plain attention": withPlainAttention(fluxBlocks(transformer)),
  t5: t5Encoder(t5),
  "t5 with plain attention": withPlainAttention(t5Encoder(t5)),
  clip: clipTextEncoder(clip),
  encoder: encoder(autoencoder),
  decoder: decoder(autoencoder),
};

/** Ops that look at types of their own accord. */
const free = new Set(["Shape", "Cast", "CastLike", "Resize"]);
const withoutBfloat16 = new Set(["Conv", "Resize", "InstanceNormalization", "Pad", "ReduceMean"]);

describe.each(["F16", "BF16"] as const)("at real sizes in %s", (half) => {
  test.each(Object.keys(networks))("every op of %s sees numbers of one type", (name) => {
    const graph = networks[name]!;
    const low = lowered(graph, half);
    const type = new Map<string, string>();
    for (const input of low.inputs) type.set(input.name, input.type);
    for (const constant of low.constants) type.set(constant.name, constant.type);
    for (const key of low.weights.keys()) type.set(key, low.halves.get(key) ?? "F32");
    for (const { op, inputs, outputs, attributes } of low.nodes) {
      const types = inputs.filter((input) => input !== "").map((input) => type.get(input)!);
      expect(types).not.toContain(undefined);
      const floats = new Set(types.filter((each) => each !== "I64"));
      if (!free.has(op)) expect(floats.size, `${op} ${outputs[0]}`).toBeLessThanOrEqual(1);
      const cast = { 1: "F32", 10: "F16", 16: "BF16" }[Number(attributes["to"])];
      const given = op === "Shape" || op === "ArgMax" ? "I64" : op === "Cast" ? cast! : op === "CastLike" ? types[1]! : ([...floats][0] ?? "I64"); // prettier-ignore
      for (const output of outputs) {
        type.set(output, given);
        expect(low.halves.get(output), output).toBe(given === half ? half : undefined);
      }
      if (half === "BF16" && withoutBfloat16.has(op)) expect(given).not.toBe("BF16");
    }
    for (const output of low.outputs) expect(type.get(output)).toBe("F32");
    expect([...low.halves.keys()].length).toBeGreaterThan(20);
  });

  test.each(Object.keys(networks))("no value of %s has another shape", (name) => {
    const sizeOf = (dim: string) => sizes()[dim] ?? 4;
    const graph = networks[name]!;
    const [before, after] = [inferShapes(graph, sizeOf), inferShapes(lowered(graph, half), sizeOf)];
    for (const [value, { shape }] of before) expect(after.get(value)!.shape).toEqual(shape);
  });
});

describe("at real sizes in F16", () => {
  const isHalf = (name: string) => {
    const low = lowered(networks[name]!, "F16");
    return (found: RegExp) => {
      const names = low.nodes.flatMap(({ op, outputs }) => (op === "Cast" ? [] : outputs));
      const some = names.filter((value) => found.test(value));
      expect(some.length, String(found)).toBeGreaterThan(0);
      return new Set(some.map((value) => low.halves.has(value)));
    };
  };

  test("the stream that all blocks add to is float32, products and attention are not", () => {
    const of = isHalf("blocks");
    expect(of(/^single_blocks\.\d+\/(Add|LayerNormalization|Mul):/)).toEqual(new Set([false]));
    expect(of(/^double_blocks\.\d+\/(Add|Mul):/)).toEqual(new Set([false]));
    expect(of(/\/(Gemm|MultiHeadAttention|RotaryEmbedding|FastGelu)/)).toEqual(new Set([true]));
  });

  test("time embeddings are float32, the layers on them are not", () => {
    const of = isHalf("modulation");
    expect(of(/\/(Sin|Cos)/)).toEqual(new Set([false]));
    expect(of(/mod.lin\/Gemm/)).toEqual(new Set([true]));
  });

  test("T5's wo and the sum behind it, and the autoencoder's attention", () => {
    expect(isHalf("t5")(/wo\/Gemm|(SelfAttention|DenseReluDense)\/Add:/)).toEqual(new Set([false]));
    expect(isHalf("t5")(/\.(wi_0|wi_1|q|k|v|o)\/Gemm/)).toEqual(new Set([true]));
    expect(isHalf("decoder")(/mid\.attn_1/)).toEqual(new Set([false]));
    expect(isHalf("decoder")(/up\.\d.*Conv/)).toEqual(new Set([true]));
  });
});

test("time embeddings are float32 in bfloat16, too", () => {
  const low = lowered(networks["modulation"]!, "BF16");
  const waves = low.nodes.filter(({ op }) => op === "Sin" || op === "Cos");
  expect(waves).toHaveLength(4);
  for (const { inputs, outputs } of waves)
    for (const name of [...inputs, ...outputs]) expect(low.halves.has(name)).toBe(false);
});

const small = await readModelConfig(reference);

/** Numbers in −1…1 that repeat nowhere. */
const waves = (dims: number[], phase: number): Feed => {
  const count = dims.reduce((product, size) => product * size, 1);
  return { data: Float32Array.from({ length: count }, (_, i) => Math.sin(i * i + phase)), dims };
};
const half = small.transformer.hiddenSize / small.transformer.numHeads / 2;
const t5Case = new CaseFile(await openSafetensors(join(reference, "cases", "t5.safetensors")));
const t5Ids = t5Case.integers("in.input_ids");
const ids: Feed = { data: BigInt64Array.from({ length: 77 }, (_, i) => BigInt(i)), dims: [1, 77] };
const cases: Record<string, [file: string, graph: Graph, feeds: Record<string, Feed>]> = {
  transformer: [
    small.transformer.file,
    fluxTransformer(small.transformer, { takesLora: false }),
    {
      img: waves([40, small.transformer.inChannels], 1),
      txt: waves([24, small.transformer.contextDim], 2),
      vec: waves([1, small.transformer.vecDim], 3),
      timestep: { data: Float32Array.of(0.7), dims: [1] },
      guidance: { data: Float32Array.of(3.5), dims: [1] },
      rope_cos: waves([64, half], 4),
      rope_sin: waves([64, half], 5),
    },
  ],
  t5: [
    small.t5.file,
    t5Encoder(small.t5),
    {
      input_ids: { data: BigInt64Array.from(t5Ids, BigInt), dims: [t5Ids.length] },
      buckets: { data: t5Buckets(t5Ids.length), dims: [t5Ids.length, t5Ids.length] },
      mask: { data: new Float32Array(t5Ids.length), dims: [t5Ids.length] },
    },
  ],
  clip: [small.clip.file, clipTextEncoder(small.clip), { input_ids: ids }],
  encoder: [small.autoencoder.file, encoder(small.autoencoder), { image: waves([1, 3, 32, 48], 6) }],
  decoder: [small.autoencoder.file, decoder(small.autoencoder), { latents: waves([1, small.autoencoder.zChannels, 4, 6], 7) }],
}; // prettier-ignore

async function run(file: string, graph: Graph, feeds: Record<string, Feed>): Promise<Float32Array> {
  const owns = (key: string) => graph.weights.has(key);
  const session = await openSession(graph, join(reference, file), { owns });
  const [output] = Object.values(await session.run(feeds));
  await session.close();
  return output!;
}

describe("every op's result rounded to", () => {
  test.each([
    ["f16", "F16"],
    ["bf16", "BF16"],
  ] as const)(
    "%s, numbers are as far off as roundings may bring them, and no less rounded",
    async (compute, type) => {
      for (const [name, [file, graph, feeds]] of Object.entries(cases)) {
        const exact = await run(file, graph, feeds);
        const rounded = await run(file, emulated(lowered(graph, type)), feeds);
        const error = relativeRms(rounded, exact);
        const limit = roundingLimit(compute, small, name.replace(/^(en|de)coder$/, "autoencoder"));
        expect(error, name).toBeLessThan(limit);
        expect(error, name).toBeGreaterThan(limit / 5);
      }
    },
  );
});

test("the runtime finds no fault in the types of a bfloat16 graph, but has no kernel for it", async () => {
  const open = openSession(
    fluxTransformer(small.transformer),
    join(reference, small.transformer.file),
    { compute: "bf16" },
  );
  await expect(open).rejects.toThrow("Could not find an implementation for Gemm");
});
