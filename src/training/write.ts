// How a run writes: whole files or none, and an error that says what to do.
import { appendFile, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { TrainingError } from "./error.js";

/**
 * Writes beside the place and renames, so that nobody ever meets half a file.
 * @throws TrainingError `cannot_write`
 */
export function writeWhole(file: string, data: string | Uint8Array): Promise<void> {
  const draft = `${file}.writing`;
  return explained(file, async () => {
    try {
      await writeFile(draft, data);
      await rename(draft, file);
    } catch (error) {
      await rm(draft, { force: true }).catch(() => {});
      throw error;
    }
  });
}

/** @throws TrainingError `cannot_write` */
export function appendLine(file: string, line: string): Promise<void> {
  return explained(file, () => appendFile(file, `${line}\n`));
}

/** @throws TrainingError `cannot_write` */
export function openFolder(folder: string): Promise<void> {
  return explained(folder, () => mkdir(folder, { recursive: true }));
}

async function explained(place: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TrainingError(
      "cannot_write",
      `cannot write ${place}: ${reason}; when there is room, the same command goes on from the last checkpoint`,
      { cause: error },
    );
  }
}
