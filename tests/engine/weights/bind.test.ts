// Bindings run: what a session computes on them is what the bytes stand for.
import { mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { Graph } from "#src/engine/graph/index.js";
import { linear, linearWithoutBias } from "#src/engine/layers/linear.js";
import { openSession } from "#src/engine/runtime/session.js";
import { bindWeights } from "#src/engine/weights/bind.js";
import { blockValues, unpackBlocks } from "#src/engine/weights/convert/blocks.js";
import { runnableWeights } from "#src/engine/weights/convert/convert.js";
import { encodeGguf } from "../../support/gguf.js";
import { encodeSafetensors, floatTensor } from "../../support/safetensors.js";
import { temporaryFolder } from "../../support/temporary.js";

const root = temporaryFolder();
let folder: string;
beforeEach(({ task }) => {
  folder = join(root, task.id);
  mkdirSync(folder);
});

function written(name: string, bytes: Uint8Array): string {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
}

const IN = 64;
const OUT = 6;

/** y = x Wᵀ + b of a layer `img_in`. */
function oneLayer(): Graph {
  const g = new Graph();
  const x = g.input("x", "F32", ["tokens", IN]);
  g.output(
    "y",
    g.scope("img_in", () => linear(g, x, { in: IN, out: OUT })),
  );
  return g;
}

/** A matrix that is seen as a table, too. */
function tiedTable(): Graph {
  const g = new Graph();
  const x = g.input("x", "F32", ["tokens", IN]);
  const y = g.scope("img_in", () => linearWithoutBias(g, x, { in: IN, out: OUT }));
  const row = g.op("Gather", [g.scope("img_in", () => g.weight("weight", [OUT, IN])), g.ints([0])]);
  g.output("y", g.op("Mul", [y, g.op("ReduceSum", [row], { keepdims: 1 })]));
  return g;
}

const x = Float32Array.from({ length: IN }, (_, i) => Math.cos(i));
const dot = (w: Float32Array) => x.reduce((sum, value, i) => sum + value * w[i]!, 0);
const row = (w: Float32Array, i: number) => w.subarray(IN * i, IN * (i + 1));

const runnable = (graph: Graph, path: string, cacheFolder?: string) =>
  runnableWeights(path, { kind: "transformer", graphs: () => [graph], cacheFolder });

async function run(graph: Graph, path: string, cacheFolder?: string) {
  const file = await runnable(graph, path, cacheFolder);
  const session = await openSession(graph, file, { kind: "transformer" });
  try {
    return (await session.run({ x: { data: x, dims: [1, IN] } })).y!;
  } finally {
    await session.close();
  }
}

const raw = Uint8Array.from({ length: 34 * 2 * OUT }, (_, i) =>
  i % 34 < 2 ? [0, 0x2c][i % 34]! : (i * 37) % 256,
);
const bias = Float32Array.from({ length: OUT }, (_, i) => i);
const quantised = encodeGguf({
  "img_in.weight": { type: 8, shape: [OUT, IN], data: raw },
  "img_in.bias": { type: 0, shape: [OUT], data: new Uint8Array(bias.buffer) },
});
const weight = blockValues(unpackBlocks("Q8_0", raw));
const expected = Array.from(bias, (b, i) => dot(row(weight, i)) + b);

describe("a GGUF file in blocks", () => {
  test("is laid out once, and multiplied by as it is", async () => {
    const cacheFolder = join(folder, "cache");
    const path = written("flux.gguf", quantised);
    const first = await run(oneLayer(), path, cacheFolder);
    first.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 4));
    const file = await runnable(oneLayer(), path, cacheFolder);
    const { mtimeMs } = statSync(file);
    expect(await run(oneLayer(), path, cacheFolder)).toEqual(first);
    expect(readdirSync(dirname(file))).toEqual([basename(file), `${basename(file)}.checked`]);
    expect(statSync(file).mtimeMs).toBe(mtimeMs);

    const { bind } = await bindWeights(oneLayer(), file, { kind: "transformer" });
    expect(bind("img_in.weight")).toMatchObject({ kind: "blocks", bits: 8 });
  });

  test("is plain numbers where it is more than a matrix", async () => {
    const path = written(
      "flux.gguf",
      encodeGguf({ "img_in.weight": { type: 8, shape: [OUT, IN], data: raw } }),
    );
    const y = await run(tiedTable(), path, join(folder, "cache"));
    const total = row(weight, 0).reduce((sum, value) => sum + value, 0);
    y.forEach((value, i) => expect(value / (dot(row(weight, i)) * total)).toBeCloseTo(1, 4));
  });

  test("says so where there is no folder for it", async () => {
    await expect(run(oneLayer(), written("flux.gguf", quantised))).rejects.toMatchObject({
      message: expect.stringContaining("no folder was given"),
    });
  });
});

describe("a folder", () => {
  const tensors = {
    "img_in.weight": floatTensor([OUT, IN], weight),
    "img_in.bias": floatTensor([OUT], bias),
  };
  const shard = (key: keyof typeof tensors) => encodeSafetensors({ [key]: tensors[key] });

  test("with shards that are links, as the hub's cache holds them", async () => {
    mkdirSync(join(folder, "blobs"));
    mkdirSync(join(folder, "snapshots"));
    const weight_map: Record<string, string> = {};
    for (const [i, key] of (["img_in.weight", "img_in.bias"] as const).entries()) {
      const name = `diffusion_pytorch_model-0000${i + 1}-of-00002.safetensors`;
      written(`blobs/${i}`, shard(key));
      symlinkSync(join("..", "blobs", String(i)), join(folder, "snapshots", name));
      weight_map[key] = name;
    }
    written(
      "snapshots/diffusion_pytorch_model.safetensors.index.json",
      Buffer.from(JSON.stringify({ metadata: {}, weight_map })),
    );
    const y = await run(oneLayer(), join(folder, "snapshots"));
    y.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 4));
  });

  test("of a diffusers repository is entered where the network lies", async () => {
    mkdirSync(join(folder, "transformer"));
    written("transformer/model.safetensors", encodeSafetensors(tensors));
    written("ae.safetensors", encodeSafetensors({}));
    const y = await run(oneLayer(), folder);
    y.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 4));
  });

  test("with several files that could be meant, and one with none", async () => {
    const empty = join(folder, "empty");
    mkdirSync(empty);
    await expect(run(oneLayer(), empty)).rejects.toMatchObject({ code: "bad_weights" });
    written("a.safetensors", encodeSafetensors(tensors));
    written("b.safetensors", encodeSafetensors(tensors));
    await expect(run(oneLayer(), folder)).rejects.toMatchObject({
      message: expect.stringContaining("a.safetensors, b.safetensors"),
      details: { error: "ambiguous" },
    });
  });

  test.each([
    ["a file elsewhere", { weight_map: { "img_in.weight": "../elsewhere.safetensors" } }],
    ["no files", { weight_map: [] }],
    ["nothing", 7],
  ])("whose index names %s is refused", async (_, index) => {
    const path = written("model.safetensors.index.json", Buffer.from(JSON.stringify(index)));
    await expect(run(oneLayer(), path)).rejects.toMatchObject({
      code: "bad_weights",
      details: { error: "malformed" },
    });
  });

  test("whose index names a tensor that its shard lacks is refused", async () => {
    written("one.safetensors", shard("img_in.bias"));
    const weight_map = { "img_in.bias": "one.safetensors", "img_in.weight": "one.safetensors" };
    const path = written(
      "model.safetensors.index.json",
      Buffer.from(JSON.stringify({ weight_map })),
    );
    await expect(run(oneLayer(), path)).rejects.toMatchObject({
      details: { error: "missing-tensor", tensor: "img_in.weight", file: "one.safetensors" },
    });
  });
});
