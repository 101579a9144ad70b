// The trained classifier, ready to look at frames.
import { openSafetensors, openSession, toPlanes } from "../../engine/train/index.js";
import type { Raster } from "../../raster.js";
import { EvaluationError } from "../error.js";
import { heads, labels, type Head } from "./labels.js";
import { classifier, FEATURES, FRAME_PX, PATCHES } from "./network.js";

/** What the classifier sees in a frame. */
export interface Look {
  /** the likeliest name of each head */
  names: Record<Head, string>;
  /** how far the work seems to have come: the stage that is to be expected, 1 … 9 */
  progress: number;
  /** of the whole frame, [FEATURES] */
  features: Float32Array;
  /** of its 16 parts, [FEATURES] each */
  patches: Float32Array[];
}

export interface Classifier {
  /** @param frames - of 64 px; see `toFrame` for others */
  look(frames: readonly Raster[]): Promise<Look[]>;
  close(): Promise<void>;
}

/** @throws EvaluationError `bad_classifier` where it was trained on another world */
export async function openClassifier(file: string): Promise<Classifier> {
  const { metadata } = await openSafetensors(file);
  if (metadata.labels !== JSON.stringify(labels))
    throw new EvaluationError(
      "bad_classifier",
      `${file} knows other names than the world has now: train it again with makeanything eval classifier`,
    );
  const session = await openSession(classifier(), file);
  return {
    async look(frames) {
      const data = new Float32Array(frames.length * 3 * FRAME_PX ** 2);
      frames.forEach((frame, i) => data.set(toPlanes(frame).data, i * 3 * FRAME_PX ** 2));
      const dims = [frames.length, 3, FRAME_PX, FRAME_PX];
      const outputs = await session.run({ image: { data, dims } });
      return frames.map((_, i) => lookOf(outputs, i));
    },
    close: () => session.close(),
  };
}

function lookOf(outputs: Record<string, Float32Array>, frame: number): Look {
  const row = (name: string, length: number) =>
    outputs[name]!.slice(frame * length, (frame + 1) * length);
  const map = row("patches", FEATURES * PATCHES ** 2); // [FEATURES, PATCHES²]
  return {
    names: Object.fromEntries(
      heads.map((head) => [head, likeliest(row(head, labels[head].length), labels[head])]),
    ) as Record<Head, string>,
    progress: expected(row("stage", labels.stage.length)) + 1,
    features: row("features", FEATURES),
    patches: Array.from({ length: PATCHES ** 2 }, (_absent, patch) =>
      map.filter((_, i) => i % PATCHES ** 2 === patch),
    ),
  };
}

const likeliest = (logits: Float32Array, names: readonly string[]): string =>
  names[logits.indexOf(Math.max(...logits))]!;

/** The mean index under the logits' probabilities. */
function expected(logits: Float32Array): number {
  const most = Math.max(...logits);
  const weights = Array.from(logits, (logit) => Math.exp(logit - most));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.reduce((total, weight, i) => total + i * weight, 0) / sum;
}
