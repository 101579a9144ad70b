// Weight files in the formats that people have, each with the answers the original gives, or with what
// has to be said of it.
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { failed, type ParityResult } from "../compare.js";
import { baseCases } from "./bases.js";
import { readCase, readIndex } from "./case.js";
import { loraCases } from "./loras.js";

/** Whether a folder is laid out so: an index of cases, and no model. */
export async function isFormatsFolder(folder: string): Promise<boolean> {
  const has = (name: string) =>
    stat(join(folder, name)).then(
      () => true,
      () => false,
    );
  return (await has("index.json")) && !(await has("model.json"));
}

/** Runs every case of the folder; one that cannot be run has failed. */
export async function* formatCases(folder: string): AsyncGenerator<ParityResult> {
  const index = await readIndex(folder);
  const cacheFolder = await mkdtemp(join(tmpdir(), "makeanything-parity-"));
  try {
    for (const { name, kind } of index.cases) {
      if (kind === "lora" || kind === "bad-lora") continue;
      try {
        yield* baseCases(join(folder, name), await readCase(folder, name), { cacheFolder });
      } catch (error) {
        yield failed(name, error);
      }
    }
    yield* loraCases(folder, index, { cacheFolder });
  } finally {
    await rm(cacheFolder, { recursive: true, force: true });
  }
}
