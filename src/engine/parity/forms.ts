// The transformer on converted weights, twice: against a run on the very numbers that the converted file
// stands for, which nothing may set it apart from; and against the original, from which it may be as far
// as the weights were rounded.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import type { ModelConfig } from "../models/config.js";
import { modelWeights } from "../model-weights.js";
import { Networks } from "../networks.js";
import { plainNumbers } from "../weights/convert/dequantize.js";
import type { WeightForm } from "../weights/convert/target.js";
import { writeSafetensors, type TensorToWrite } from "../weights/write.js";
import type { CaseFile } from "./case-file.js";
import { compare, RELATIVE_RMS, type ParityResult } from "./compare.js";
import { conditions } from "./network-cases.js";

const forms: WeightForm[] = ["f16", "8-bit", "4-bit"];

/** @param cases - of the transformer without LoRAs */
export async function* formCases(
  folder: string,
  config: ModelConfig,
  cases: CaseFile,
): AsyncGenerator<ParityResult> {
  const cacheFolder = await mkdtemp(join(tmpdir(), "makeanything-parity-"));
  try {
    const own = await plainNumbers(join(folder, config.transformer.file));
    for (const form of forms) {
      const file = await modelWeights(folder, config, "transformer", { form, cacheFolder });
      const rounded = await plainNumbers(file);
      const plainFile = join(cacheFolder, `${form}-as-f32.safetensors`);
      await writeSafetensors(plainFile, rounded);
      const found = await predictOn(file, config, cases);
      const plain = await predictOn(plainFile, config, cases);
      const limit = RELATIVE_RMS + roundingOf(own, rounded) * Math.sqrt(depthOf(config));
      yield compare(`transformer ${form} computed`, found, plain);
      yield compare(`transformer ${form} rounded`, found, cases.floats("out.pred"), limit);
    }
  } finally {
    await rm(cacheFolder, { recursive: true, force: true });
  }
}

async function predictOn(
  file: string,
  config: ModelConfig,
  cases: CaseFile,
): Promise<Float32Array> {
  const transformer = { ...config.transformer, file: basename(file) };
  const networks = new Networks(dirname(file), { ...config, transformer });
  try {
    return await networks.predict({
      ...conditions(networks, cases, []),
      img: cases.floats("in.img"),
      timestep: cases.floats("in.timestep")[0]!,
    });
  } finally {
    await networks.close();
  }
}

type Numbers = ReadonlyMap<string, TensorToWrite>;

/** RMS of what rounding changed over RMS of the weights, of all matrices that it changed. */
function roundingOf(own: Numbers, rounded: Numbers): number {
  let [lost, all] = [0, 0];
  for (const [key, { data }] of rounded) {
    const before = own.get(key)!.data;
    const changed = data.reduce((sum, value, i) => sum + (value - before[i]!) ** 2, 0);
    if (changed === 0) continue;
    lost += changed;
    all += before.reduce((sum, value) => sum + value ** 2, 0);
  }
  return all === 0 ? 0 : Math.sqrt(lost / all);
}

/** Matrices that a token passes one behind the other; their errors add up like independent ones. */
const depthOf = ({ transformer: { depth, depthSingle } }: ModelConfig): number =>
  2 + 4 * depth + 2 * depthSingle;
