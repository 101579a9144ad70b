// Several trainings one after the other, as a model needs them. What is finished is passed over at once,
// so that the same command goes on wherever it was stopped.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { loadTrainingConfig, readConfig, type LoadedConfig } from "./config.js";
import { TrainingError } from "./error.js";
import { runTraining, type RunOptions } from "./run.js";
import { writeWhole } from "./write.js";

const planConfig = z.strictObject({
  kind: z.literal("plan"),
  /** configurations, relative to the plan's file */
  parts: z.array(z.string().min(1)).min(1),
  /** all parts are done for each, which stands for `{seed}` in them */
  seeds: z.array(z.int().nonnegative()).min(1).exactOptional(),
});

export interface PartStart {
  /** counted from 1 */
  number: number;
  parts: number;
  kind: string;
  isFinished: boolean;
}

export interface PlanOptions extends RunOptions {
  onPart?: (part: PartStart) => void;
}

/**
 * Reads a plan and every configuration that it names.
 * @throws TrainingError `bad_config`
 */
export async function loadPlan(file: string): Promise<LoadedConfig[]> {
  const { parts, seeds = [undefined] } = await readConfig(file, planConfig);
  return Promise.all(
    seeds.flatMap((seed) =>
      parts.map((part) => loadTrainingConfig(path.resolve(path.dirname(file), part), seed)),
    ),
  );
}

/** Does the parts that are not finished, each from where it was stopped. */
export async function runPlan(
  parts: readonly LoadedConfig[],
  { onPart, ...options }: PlanOptions = {},
): Promise<void> {
  for (const [i, part] of parts.entries()) {
    const number = i + 1;
    if (options.signal?.aborted)
      throw new TrainingError("cancelled", `stopped before part ${number} of ${parts.length}`);
    const finished = await isFinished(part);
    onPart?.({ number, parts: parts.length, kind: part.config.kind, isFinished: finished });
    if (finished) continue;
    await runTraining(part, options);
    await writeWhole(markOf(part), `${JSON.stringify({ fingerprint: part.fingerprint })}\n`);
  }
}

/** Written when all that a training is for has been written. */
const markOf = ({ config, folder }: LoadedConfig): string =>
  path.resolve(folder, config.kind === "world" ? config.folder : config.out, "finished.json");

async function isFinished(part: LoadedConfig): Promise<boolean> {
  const text = await readFile(markOf(part), "utf8").catch(() => "");
  return text.includes(part.fingerprint);
}
