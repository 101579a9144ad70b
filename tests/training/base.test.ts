// The base in training, at a size that takes seconds.
import path from "node:path";
import { baseObjective } from "#src/training/base.js";
import { makeWorldData } from "#src/training/world-data.js";
import { beforeAll, expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";
import { base, writeModel } from "./tiny.js";

const root = temporaryFolder();
const modelDir = path.join(root, "model");
const data = { ...base.data, folder: path.join(root, "latents") };
const STEPS = 6;

beforeAll(async () => {
  await writeModel(modelDir);
  await makeWorldData({ ...data, modelDir });
});

/** Of every step: its last layer's, since one that is all zeros hides the time from the loss. */
async function gradientsOf(more: { earlyShift?: number }): Promise<Float32Array[]> {
  const { batch, sheetShare } = base;
  const chances = { sheetShare, captionDropout: 0, seed: 1 };
  const times = { spread: 1, shift: 1 };
  const training = { modelDir, data, batch, ...chances, times, steps: STEPS };
  const objective = await baseObjective({ ...training, ...more });
  const gradients: Float32Array[] = [];
  for (let step = 0; step < STEPS; step++)
    gradients.push((await objective.step(step)).gradients.get("final_layer.linear.weight")!);
  await objective.close();
  return gradients;
}

test("in the first two thirds of the steps, times are drawn with a shift of their own", async () => {
  const always = await gradientsOf({});
  const early = await gradientsOf({ earlyShift: 9 });
  const isSame = early.map((gradient, step) => gradient.every((g, i) => g === always[step]![i]));
  expect(isSame).toEqual([false, false, false, false, true, true]);
});
