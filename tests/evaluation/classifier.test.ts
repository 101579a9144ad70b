import { expect, test } from "vitest";
import { drawFrames } from "#src/evaluation/classifier/frames.js";
import { heads, labels } from "#src/evaluation/classifier/index.js";
import { classifier, classifierTraining } from "#src/evaluation/classifier/network.js";
import { classifierObjective } from "#src/evaluation/classifier/training.js";
import { weaken } from "#src/evaluation/classifier/weaken.js";
import { adamw } from "#src/engine/train/index.js";
import { crafts, isHeldOut, craftNamed, subjectNamed, randomFrom } from "#src/world/index.js";
import type { ColorName } from "#src/world/index.js";
import { temporaryFolder } from "../support/temporary.js";

test("training and looking know the same weights, few enough for 1.5 MB in half precision", () => {
  const { weights } = classifierTraining(2);
  expect(weights).toEqual(classifier().weights);
  const count = [...weights.values()].reduce(
    (sum, shape) => sum + shape.reduce((product, size) => product * size, 1),
    0,
  );
  expect(2 * count).toBeLessThan(1.5e6);
});

test("what is learnt from is never held out, and what is asked for always is", async () => {
  const isTriple = ({
    subject,
    color,
    craft,
  }: {
    subject: string;
    color: string | undefined;
    craft: string;
  }) =>
    isHeldOut({
      subject: subjectNamed(subject)!,
      color: color as ColorName,
      craft: craftNamed(craft)!,
    });
  const some = await drawFrames("test", { crafts, copies: 0.05, stages: 2 });
  expect(some.filter(({ stage }) => stage === 9)).toHaveLength(some.length / 2);
  expect(new Set(some.map(({ craft }) => craft)).size).toBe(crafts.length);
  expect(some.some((frame) => frame.color !== undefined && isTriple(frame))).toBe(false);
  const colored = crafts.filter(({ colors }) => colors);
  const held = await drawFrames("test", {
    crafts: colored,
    copies: 0.03,
    stages: 1,
    heldOut: true,
  });
  expect(held.every(isTriple)).toBe(true);
});

test("weakened frames are those of the same chance, of the same size, and still near the true ones", async () => {
  const [{ frame } = { frame: undefined }] = await drawFrames("test", {
    crafts,
    copies: 0.001,
    stages: 1,
  });
  const variants = Array.from({ length: 20 }, (_, i) => weaken(frame!, randomFrom(i)));
  expect(weaken(frame!, randomFrom(3))).toEqual(variants[3]);
  const mean = (values: Float32Array) => values.reduce((sum, x) => sum + x, 0) / values.length;
  for (const planes of variants) {
    expect(planes).toHaveLength(3 * 64 * 64);
    expect(planes.every(Number.isFinite)).toBe(true);
    expect(Math.abs(mean(planes) - mean(variants[0]!))).toBeLessThan(0.25);
  }
  expect(new Set(variants.map(mean)).size).toBeGreaterThan(10);
});

test("a few steps on a few frames lower the loss", async () => {
  const file = `${temporaryFolder()}/classifier.safetensors`;
  const objective = await classifierObjective({ copies: 0.003, batch: 8, seed: 1, file });
  const optimizer = adamw(objective.parameters, {});
  const losses: number[] = [];
  for (let step = 0; step < 16; step++) {
    const { loss, gradients } = await objective.step(step);
    losses.push(loss);
    await optimizer.step(gradients, 0.003);
  }
  await objective.close();
  const mean = (values: number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
  expect(mean(losses.slice(-4))).toBeLessThan(0.9 * mean(losses.slice(0, 4)));
});

test("every head's names are the world's", () => {
  expect(heads.map((head) => labels[head].length)).toEqual([77, 12, 21, 9]);
});
