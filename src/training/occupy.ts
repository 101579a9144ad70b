// One run at a time in a folder: two would write over each other's checkpoints and latents.
import { readFile, rm, stat } from "node:fs/promises";
import path from "node:path";
import { isRunning, ownMark, processMark } from "../processes.js";
import { TrainingError } from "./error.js";
import { writeWhole } from "./write.js";

/**
 * Marks a folder as this process's until the result is called. What a killed run left is passed over.
 * @param sign - a file in it that a run often writes to
 * @throws TrainingError `in_use`, `cannot_write`
 */
export async function occupy(folder: string, sign: string): Promise<() => Promise<void>> {
  const file = path.join(folder, "running.json");
  const holder = processMark.safeParse(await readJson(file));
  if (holder.success) {
    const { mtimeMs } = await stat(path.join(folder, sign)).catch(() => stat(file));
    if (await isRunning(holder.data, mtimeMs))
      throw new TrainingError(
        "in_use",
        `process ${holder.data.pid} is at work in ${folder}: stop it first, or give another folder`,
      );
  }
  await writeWhole(file, JSON.stringify(await ownMark()));
  return () => rm(file, { force: true });
}

/** undefined where there is none, or half of one */
async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch {
    return undefined;
  }
}
