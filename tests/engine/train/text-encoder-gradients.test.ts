// Gradients through the text encoders, under gradients that arrive at their states: against finite
// differences, and those of a batch against those of its texts.
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { Graph } from "#src/engine/graph/index.js";
import { clipTextEncoder } from "#src/engine/models/clip.js";
import { readModelConfig } from "#src/engine/models/config.js";
import { t5Buckets, t5Encoder } from "#src/engine/models/t5.js";
import type { Feed } from "#src/engine/runtime/session.js";
import { addOutputGradients, freeWeights, gradientName } from "#src/engine/train/gradient-graph.js";
import { openGradients } from "#src/engine/train/gradient-session.js";
import type { Parameter } from "#src/engine/train/optimizers/index.js";
import { openSafetensors, readFloats } from "#src/engine/weights/safetensors.js";
import { someNumbers } from "./gradient-check.js";
import { dot, farApart, slopeOf } from "./slope.js";

const folder = fileURLToPath(new URL("../../reference/", import.meta.url));
const { t5, clip } = await readModelConfig(folder);

interface TextEncoder {
  file: string;
  build(batch: number): Graph;
  /** tokens a text */
  length: number;
  feeds(ids: BigInt64Array, batch: number): Record<string, Feed>;
  output: string;
  /** of the output, for one text */
  states: [number, number];
}

const encoders: Record<string, TextEncoder> = {
  T5: {
    file: t5.file,
    build: (batch) => t5Encoder(t5, batch),
    length: 9,
    feeds: (ids, batch) => ({
      input_ids: { data: ids, dims: [9 * batch] },
      buckets: { data: t5Buckets(9), dims: [9, 9] },
      mask: { data: new Float32Array(9).fill(-1e9, 7), dims: [9] },
    }),
    output: "last_hidden_state",
    states: [9, t5.dModel],
  },
  CLIP: {
    file: clip.file,
    build: (batch) => clipTextEncoder(clip, batch),
    length: 77,
    feeds: (ids, batch) => ({ input_ids: { data: ids, dims: [batch, 77] } }),
    output: "pooled",
    states: [1, clip.hiddenSize],
  },
};

describe.each(Object.entries(encoders))("%s", (_, encoder) => {
  const { file, build, length, feeds, output, states } = encoder;
  const count = states[0] * states[1];
  /** Some ids more than once; the highest, which ends the text for CLIP, at a place of its own. */
  const text = (seed: number) =>
    Array.from({ length }, (__, i) => BigInt(i === 3 + seed ? 255 : (i * i + seed) % 50));
  const [first, second] = [
    { ids: text(1), arriving: someNumbers([count], 1).data },
    { ids: text(2), arriving: someNumbers([count], 2).data },
  ];

  async function parametersOf(): Promise<Parameter[]> {
    const shapes = build(1).weights;
    const values = readFloats(await openSafetensors(folder + file), [...shapes.keys()]);
    return [...shapes].map(([name, shape], i) => ({ name, shape, value: values[i]! }));
  }

  /** Without the bias of CLIP's keys: the same for all keys, it moves no softmax, and its gradient is 0. */
  async function gradientsOf(...texts: (typeof first)[]) {
    const batch = texts.length;
    const graph = build(batch);
    const wrt = [...graph.weights.keys()];
    freeWeights(graph, wrt);
    addOutputGradients(graph, { wrt, sizeOf: (name) => (name === "S" ? length : batch * length) });
    const session = await openGradients(graph, await parametersOf());
    const { gradients } = await session.run({
      ...feeds(BigInt64Array.from(texts.flatMap(({ ids }) => ids)), batch),
      [gradientName(output)]: {
        data: Float32Array.from(texts.flatMap(({ arriving }) => [...arriving])),
        dims: [batch * states[0], states[1]],
      },
    });
    await session.close();
    expect([...gradients.keys()]).toEqual(wrt);
    for (const [name, gradient] of gradients)
      if (name.endsWith("k_proj.bias")) expect(Math.hypot(...gradient)).toBeLessThan(1e-5);
    return new Map([...gradients].filter(([name]) => !name.endsWith("k_proj.bias")));
  }

  test("every weight's gradient has the slope of finite differences along it", async () => {
    const gradients = await gradientsOf(first);
    const graph = build(1);
    freeWeights(graph, graph.weights.keys());
    const parameters = await parametersOf();
    const session = await openGradients(graph, parameters);
    const inputs = feeds(BigInt64Array.from(first.ids), 1);
    for (const { name, value } of parameters) {
      const gradient = gradients.get(name);
      if (gradient === undefined) continue;
      const [before, norm] = [value.slice(), Math.sqrt(dot(gradient, gradient))];
      const other = someNumbers([value.length], 3).data;
      const otherNorm = Math.sqrt(dot(other, other));
      const direction = gradient.map((x, i) => x / norm + other[i]! / otherNorm);
      const slope = await slopeOf(async (t) => {
        value.set(before.map((x, i) => x + t * direction[i]!));
        return dot((await session.run(inputs)).outputs[output]!, first.arriving);
      }, 1 / 256);
      value.set(before);
      const expected = dot(gradient, direction);
      expect(Math.abs(slope / expected - 1), name).toBeLessThan(1e-3);
    }
    await session.close();
  });

  test("two texts have the sum of their gradients", async () => {
    const [one, other] = [await gradientsOf(first), await gradientsOf(second)];
    const sum = new Map(
      [...one].map(([name, x]) => [name, x.map((a, i) => a + other.get(name)![i]!)]),
    );
    expect(farApart(await gradientsOf(first, second), sum)).toEqual([]);
    expect(farApart(one, sum)).not.toEqual([]);
  });

  test("the same text twice has its gradient twice", async () => {
    const twice = new Map(
      [...(await gradientsOf(first))].map(([name, x]) => [name, x.map((a) => 2 * a)]),
    );
    expect(farApart(await gradientsOf(first, first), twice)).toEqual([]);
  });
});
