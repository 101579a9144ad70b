// Holds the engine against reference cases computed by the original implementations: a model folder with
// `cases/`, which are single networks and loops, or whole runs from a prompt; or a folder of formats.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { EngineError } from "../error.js";
import { readModelConfig } from "../models/config.js";
import { networksOptions } from "../networks-options.js";
import { Networks } from "../networks.js";
import { Pipeline } from "../pipeline.js";
import type { EngineSettings } from "../request.js";
import { openSafetensors } from "../weights/safetensors.js";
import { CaseFile } from "./case-file.js";
import { failed, type ParityResult } from "./compare.js";
import { formCases } from "./forms.js";
import { formatCases, isFormatsFolder } from "./formats/index.js";
import { inHalves } from "./half.js";
import { networkCase, scheduleCases } from "./network-cases.js";
import { readRuns, wholeRun } from "./whole-runs.js";

export type { ParityResult } from "./compare.js";

/**
 * Runs every case of the folder, one after the other; a case that cannot be run has failed.
 * @throws EngineError `no_such_file` where there is no `cases/` or no usable `model.json`
 */
export async function* parity(
  folder: string,
  settings?: EngineSettings,
): AsyncGenerator<ParityResult> {
  yield* (await isFormatsFolder(folder)) ? formatCases(folder) : modelCases(folder, settings);
}

async function* modelCases(
  folder: string,
  settings: EngineSettings | undefined,
): AsyncGenerator<ParityResult> {
  const config = await readModelConfig(folder);
  const runs = await readRuns(folder);
  const names = await caseNames(folder);
  const options = await networksOptions(folder, config, settings);
  const networks = new Networks(folder, config, options);
  const { device, compute = "f32" } = options.placeOf?.("transformer") ?? {};
  const halves = new Networks(folder, config, { placeOf: () => ({ compute: "f16" }) });
  const pipeline = await Pipeline.open(folder, settings);
  try {
    for (const file of new Set([...names, ...runs.map((run) => run.file)])) {
      const name = file.replace(/\.(safetensors|json)$/, "");
      const run = runs.find((candidate) => candidate.file === file);
      const path = join(folder, "cases", file);
      try {
        if (file === "schedule.json") yield* scheduleCases(await readFile(path, "utf8"));
        else {
          const cases = new CaseFile(await openSafetensors(path));
          const on = (some: Networks) =>
            run === undefined
              ? networkCase(some, folder, name, cases)
              : wholeRun(pipeline, name, run, cases);
          if (compute !== "f32")
            yield* inHalves(compute, config, on(networks), { onDevice: device !== undefined });
          else {
            yield* on(networks);
            if (device === undefined && run === undefined && !name.startsWith("noise"))
              yield* inHalves("f16", config, on(halves), { onDevice: false });
          }
          if (name === "transformer" && device === undefined)
            yield* formCases(folder, config, cases);
        }
      } catch (error) {
        yield failed(name, error);
      }
    }
  } finally {
    await Promise.all([networks.close(), halves.close(), pipeline.close()]);
  }
}

async function caseNames(folder: string): Promise<string[]> {
  try {
    const names = await readdir(join(folder, "cases"));
    return names
      .filter((name) => /\.(safetensors|json)$/.test(name) && name !== "cases.json")
      .toSorted();
  } catch (error) {
    throw new EngineError(
      "no_such_file",
      `${folder} has no folder cases; is it one of reference cases?`,
      {
        cause: error,
      },
    );
  }
}
