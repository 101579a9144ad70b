// The autoencoder's loss: what it says, that its gradients are its slopes, and that it can be learnt.
import { afterAll, beforeEach, expect, test } from "vitest";
import { randn } from "#src/engine/sampling/noise.js";
import { autoencoderTraining } from "#src/engine/train/autoencoder-loss.js";
import { openGradients } from "#src/engine/train/gradient-session.js";
import { initialize } from "#src/engine/train/initialize.js";
import { adamw } from "#src/engine/train/optimizers/index.js";
import { dot, slopeOf } from "./slope.js";

const tiny = {
  ch: 32,
  chMult: [1, 1, 1, 1],
  numResBlocks: 1,
  zChannels: 4,
  normGroups: 8 as const,
};
const [batch, height, width] = [2, 16, 24];
const { graph, weights } = autoencoderTraining(tiny, { batch, height, width });
const parameters = initialize(weights, 1);
// Branches that end at zero, as they do in the beginning, would hand no gradient on.
for (const { name, value } of parameters)
  if (/(conv2|proj_out)\.weight$/.test(name)) value.set(randn(2, value.length).map((x) => x / 20));
const session = await openGradients(graph, parameters);
afterAll(() => session.close());

const weight = (name: string): Float32Array =>
  parameters.find((parameter) => parameter.name === name)!.value;
const initial = parameters.map(({ value }) => value.slice());
beforeEach(() => parameters.forEach(({ value }, i) => value.set(initial[i]!)));

/** Soft stripes, other ones in every plane. */
const image = Float32Array.from({ length: batch * 3 * height * width }, (_, i) => {
  const plane = Math.floor(i / (height * width));
  return 0.8 * Math.sin((i % width) / 3 + plane);
});
const latents = [batch, tiny.zChannels, height / 8, width / 8];
const feeds = {
  image: { data: image, dims: [batch, 3, height, width] },
  noise: {
    data: randn(
      5,
      latents.reduce((a, b) => a * b),
    ),
    dims: latents,
  },
};
const lossNow = async () => (await session.run(feeds)).outputs.loss![0]!;

test("is the lightness' L1, half its edges' L1, 5 L2 of the opponent colours and 1e-4 KL", async () => {
  // latents that the picture has no part in: their divergence is known
  const [mean, logVariance] = [40, 3];
  weight("encoder.conv_out.weight").fill(0);
  weight("encoder.conv_out.bias").fill(mean, 0, tiny.zChannels).fill(logVariance, tiny.zChannels);
  const { loss, reconstruction } = (await session.run(feeds)).outputs;

  const pixels = height * width;
  const errorsOf = ([r, g, b]: readonly [number, number, number]) =>
    Array.from({ length: batch * pixels }, (_, i) => {
      const at = Math.floor(i / pixels) * 3 * pixels + (i % pixels);
      const error = (plane: number) =>
        reconstruction![at + plane * pixels]! - image[at + plane * pixels]!;
      return (r * error(0) + g * error(1) + b * error(2)) / Math.hypot(r, g, b);
    });
  const average = (values: number[]) => values.reduce((sum, x) => sum + x) / values.length;
  const [light, red, green] = [errorsOf([1, 1, 1]), errorsOf([1, 0, -1]), errorsOf([-1, 2, -1])];
  const steps = (stride: number, hasNext: (i: number) => boolean) =>
    light.flatMap((x, i) => (hasNext(i) ? [Math.abs(light[i + stride]! - x)] : []));
  const down = steps(width, (i) => Math.floor(i / width) % height < height - 1);
  const right = steps(1, (i) => i % width < width - 1);
  const square = (values: number[]) => average(values.map((x) => x * x));
  const divergence = (mean ** 2 + Math.exp(logVariance) - logVariance - 1) / 2;
  const expected =
    average(light.map(Math.abs)) +
    0.5 * (average(down) + average(right)) +
    (5 * (square(light) + 4 * square(red) + 16 * square(green))) / 3 +
    1e-4 * divergence;
  expect(loss![0]! / expected).toBeCloseTo(1, 5);
});

test.each([
  "encoder.conv_in.weight",
  "encoder.down.0.downsample.conv.weight",
  "encoder.down.1.block.0.norm1.weight",
  "encoder.mid.attn_1.q.weight",
  "encoder.conv_out.bias",
  "decoder.conv_in.weight",
  "decoder.mid.attn_1.norm.bias",
  "decoder.up.2.upsample.conv.weight",
  "decoder.conv_out.weight",
])("has the slope of finite differences along the gradient of %s", async (name) => {
  const gradient = (await session.run(feeds)).gradients.get(name)!;
  const square = dot(gradient, gradient);
  const value = weight(name);
  const before = value.slice();
  const slope = await slopeOf((t) => {
    value.set(before.map((x, i) => x + (t * gradient[i]!) / square)); // moves the loss by t
    return lossNow();
  }, 1 / 4096);
  expect(Math.abs(slope - 1)).toBeLessThan(0.03); // |x| has kinks: more precise it cannot be
});

test("falls to a quarter in 30 steps of AdamW on one batch", async () => {
  const optimizer = adamw(parameters);
  const before = await lossNow();
  for (let step = 0; step < 30; step++) {
    const { gradients } = await session.run(feeds);
    expect(gradients.size).toBe(parameters.length);
    await optimizer.step(gradients, 3e-3);
  }
  expect(await lossNow()).toBeLessThan(before / 4);
});
