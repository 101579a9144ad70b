// The loop of every training: gradients, a step, and now and then a checkpoint and pictures.
import { mkdir } from "node:fs/promises";
import path from "node:path";
import {
  Average,
  clipGradients,
  learningRate,
  type AverageOptions,
  type LearningRateOptions,
  type Optimizer,
  type Parameter,
} from "../engine/train/index.js";
import { loadCheckpoint, saveCheckpoint, type Counters } from "./checkpoint.js";
import { TrainingError } from "./error.js";
import { appendRecord, savePreview, type LogRecord } from "./log.js";
import type { Objective } from "./objective.js";

export interface LoopOptions {
  /** the run's folder: checkpoint, log and pictures */
  out: string;
  /** of the configuration, so that a checkpoint meets the one it was made with */
  fingerprint: string;
  optimizer: (parameters: readonly Parameter[]) => Optimizer;
  learningRate: LearningRateOptions;
  /** the gradients' norm is at most this */
  clip: number;
  average: AverageOptions;
  saveEverySeconds: number;
  previewEverySteps: number;
  signal?: AbortSignal;
  onStep?: (progress: TrainingProgress) => void;
}

export interface TrainingProgress extends LogRecord {
  steps: number;
  samplesPerSecond: number;
  secondsLeft: number;
}

/** A batch may be bad; this many in a row mean that the weights are. */
const MOST_BAD_STEPS = 10;

/**
 * Trains from where the folder's checkpoint stands to the last step, and exports.
 * @throws TrainingError `cancelled` after saving, `diverged` leaving the last good checkpoint
 */
export async function train(objective: Objective, options: LoopOptions): Promise<Counters> {
  const { out, fingerprint, signal, onStep } = options;
  const { steps } = options.learningRate;
  await mkdir(path.join(out, "samples"), { recursive: true });
  const checkpoint = path.join(out, "checkpoint.safetensors");
  const { parameters } = objective;
  const average = new Average(parameters, options.average);
  const run = { parameters, optimizer: options.optimizer(parameters), average };
  const counters = (await loadCheckpoint(checkpoint, run, fingerprint)) ?? {
    step: 0,
    samples: 0,
    seconds: 0,
  };
  const save = () => saveCheckpoint(checkpoint, run, counters, fingerprint);
  const started = { ...counters, at: performance.now() };
  let saved = performance.now();
  let badSteps = 0;

  while (counters.step < steps) {
    if (signal?.aborted) {
      await save();
      throw new TrainingError(
        "cancelled",
        `stopped and saved at step ${counters.step} of ${steps}`,
      );
    }
    const { loss, gradients, samples } = await objective.step(counters.step);
    const norm = clipGradients(gradients, options.clip);
    const rate = learningRate(counters.step, options.learningRate);
    badSteps = Number.isFinite(loss) && Number.isFinite(norm) ? 0 : badSteps + 1;
    if (badSteps === MOST_BAD_STEPS)
      throw new TrainingError(
        "diverged",
        `loss is ${loss} at step ${counters.step}, for the ${badSteps}th time in a row: lower learningRate.peak; ${checkpoint} holds the last good weights`,
      );
    if (badSteps === 0) {
      await run.optimizer.step(gradients, rate);
      average.update();
    }
    counters.step++;
    counters.samples += samples;
    counters.seconds = started.seconds + (performance.now() - started.at) / 1000;

    const record = { ...counters, loss, norm, rate };
    await appendRecord(out, record);
    const samplesPerSecond =
      (counters.samples - started.samples) / (counters.seconds - started.seconds);
    const secondsLeft =
      ((steps - counters.step) * (counters.seconds - started.seconds)) /
      (counters.step - started.step);
    onStep?.({ ...record, steps, samplesPerSecond, secondsLeft });
    if (counters.step % options.previewEverySteps === 0 || counters.step === steps)
      await savePreview(out, counters.step, await objective.preview(average.values));
    if (badSteps === 0 && performance.now() - saved > 1000 * options.saveEverySeconds) {
      await save();
      saved = performance.now();
    }
  }
  await save();
  await objective.export(average.values);
  return counters;
}
