// Holds the engine against reference cases: a model folder with `cases/`, computed by the original
// implementations: single networks and loops, or whole runs from a prompt.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { readModelConfig } from "../models/config.js";
import { Networks } from "../networks.js";
import { openSafetensors } from "../weights/safetensors.js";
import { CaseFile } from "./case-file.js";
import { failed, type ParityResult } from "./compare.js";
import { networkCase, scheduleCases } from "./network-cases.js";
import { readRuns, wholeRun } from "./whole-runs.js";

export type { ParityResult } from "./compare.js";

/** Runs every case of the folder, one after the other; a case that cannot be run has failed. */
export async function* parity(folder: string): AsyncGenerator<ParityResult> {
  const networks = new Networks(folder, await readModelConfig(folder));
  try {
    const runs = await readRuns(folder);
    const names = (await readdir(join(folder, "cases"))).toSorted();
    for (const file of names) {
      const name = file.replace(/\.(safetensors|json)$/, "");
      const run = runs.find((candidate) => candidate.file === file);
      if (file === "cases.json" || name === file) continue;
      try {
        const path = join(folder, "cases", file);
        if (file === "schedule.json") yield* scheduleCases(await readFile(path, "utf8"));
        else {
          const cases = new CaseFile(await openSafetensors(path));
          yield* run === undefined
            ? networkCase(networks, folder, name, cases)
            : wholeRun(networks, folder, name, run, cases);
        }
      } catch (error) {
        yield failed(name, error);
      }
    }
  } finally {
    await networks.close();
  }
}
