// The loop of every training: gradients, a step, and now and then a checkpoint and pictures.
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
import { loadCheckpoint, saveCheckpoint, type Counters, type Origin } from "./checkpoint.js";
import { TrainingError } from "./error.js";
import { appendRecord, LOG, rewindLog, savePreview, unpackLog, type LogRecord } from "./log.js";
import type { Objective, Preview, Values } from "./objective.js";
import { occupy } from "./occupy.js";
import { writeReport } from "./report.js";
import { accumulated } from "./sum.js";
import { openFolder } from "./write.js";

export interface LoopOptions {
  /** the run's folder: checkpoint, log, pictures and report */
  out: string;
  /** so that a checkpoint meets the configuration it was made with */
  origin: Origin;
  /** a packed checkpoint to go on from, where the folder has none */
  start?: string;
  optimizer: (parameters: readonly Parameter[]) => Optimizer;
  learningRate: LearningRateOptions;
  /** batches a step is the mean of; 1 where it is not given */
  accumulate?: number;
  /** the gradients' norm is at most this */
  clip: number;
  average: AverageOptions;
  saveEverySeconds: number;
  /** 0: no pictures */
  previewEverySteps: number;
  signal?: AbortSignal;
  onStep?: (progress: TrainingProgress) => void;
  /** told of what stops nothing */
  onWarning?: (message: string) => void;
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
 * @throws TrainingError `cancelled` after saving, `diverged` leaving the last good checkpoint,
 * `cannot_write`, `bad_checkpoint`, and `in_use` where another process trains in the folder
 */
export async function train(objective: Objective, options: LoopOptions): Promise<Counters> {
  const { out } = options;
  await openFolder(path.join(out, "samples"));
  const leave = await occupy(out, LOG);
  try {
    return await trainHere(objective, options);
  } finally {
    await leave();
  }
}

async function trainHere(objective: Objective, options: LoopOptions): Promise<Counters> {
  const { out, origin, signal, onStep, onWarning, accumulate: batches = 1 } = options;
  const { steps } = options.learningRate;
  const { parameters } = objective;
  const checkpoint = path.join(out, "checkpoint.safetensors");
  const average = new Average(parameters, options.average);
  const run = { parameters, optimizer: options.optimizer(parameters), average };
  const { start } = options;
  let counters = await loadCheckpoint(checkpoint, run, origin);
  if (counters === undefined && start !== undefined) {
    counters = await loadCheckpoint(start, run, origin);
    await unpackLog(start, out);
  }
  counters ??= { step: 0, samples: 0, seconds: 0 };
  await rewindLog(out, counters.step);
  const started = { ...counters, at: performance.now() };
  let saved = { step: counters.step, at: performance.now() };
  const save = async () => {
    await saveCheckpoint(checkpoint, run, counters, origin);
    saved = { step: counters.step, at: performance.now() };
  };
  // Pictures are for looking at: where a model does not fit beside its training, they alone are missing.
  const preview = () =>
    objective.preview(average.values).catch((error: Error): Preview => {
      if (!signal?.aborted) onWarning?.(`no pictures on the way: ${error.message}`);
      return [];
    });
  const show = async () => {
    if (options.previewEverySteps > 0) await savePreview(out, counters.step, await preview());
    await writeReport(out, origin.decisive);
  };
  const diverged = (what: string) =>
    new TrainingError(
      "diverged",
      `${what} at step ${counters.step}: lower learningRate.peak and begin in another "out" folder; what was saved in ${out} is of step ${saved.step}`,
    );
  let badSteps = 0;

  while (counters.step < steps) {
    const { loss, gradients, samples } = await accumulated(objective, counters.step, batches);
    const norm = clipGradients(gradients, options.clip);
    const isGood = Number.isFinite(loss) && Number.isFinite(norm);
    badSteps = isGood ? 0 : badSteps + 1;
    if (badSteps === MOST_BAD_STEPS)
      throw diverged(`the loss was not finite ${badSteps} times in a row`);
    const isTime = performance.now() - saved.at > 1000 * options.saveEverySeconds;
    // A good step proves the weights that it was made with: they are saved before it changes them.
    if (isGood && (isTime || signal?.aborted)) await save();
    if (signal?.aborted)
      throw new TrainingError(
        "cancelled",
        `stopped at step ${counters.step} of ${steps}, saved at step ${saved.step}`,
      );
    const rate = learningRate(counters.step, options.learningRate);
    if (isGood) {
      if (counters.step % options.previewEverySteps === 0 && counters.step > 0) await show();
      await run.optimizer.step(gradients, rate);
      average.update();
    }
    counters.step++;
    counters.samples += samples;
    counters.seconds = started.seconds + (performance.now() - started.at) / 1000;

    const record = { ...counters, loss, norm, rate };
    await appendRecord(out, record);
    const secondsHere = counters.seconds - started.seconds;
    onStep?.({
      ...record,
      steps,
      samplesPerSecond: (counters.samples - started.samples) / secondsHere,
      secondsLeft: ((steps - counters.step) * secondsHere) / (counters.step - started.step),
    });
  }
  if (badSteps > 0) throw diverged("the loss is not finite");
  if (!areFinite(average.values)) throw diverged("the weights are not finite");
  await save();
  await objective.export(average.values);
  await show();
  return counters;
}

const areFinite = (values: Values): boolean =>
  [...values.values()].every((value) => value.every(Number.isFinite));
