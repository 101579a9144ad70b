// Base weights in every layout: those that fit give the original's numbers, the others are refused.
import { join } from "node:path";
import { Networks, type NetworksOptions } from "../../networks.js";
import type { WeightWarning } from "../../weights/source.js";
import { openSafetensors } from "../../weights/safetensors.js";
import { CaseFile } from "../case-file.js";
import type { ParityResult } from "../compare.js";
import { networkCase } from "../network-cases.js";
import { configOf, type FormatCase } from "./case.js";
import { mention, refusal } from "./expected.js";

/** @param folder - of the case */
export async function* baseCases(
  folder: string,
  format: FormatCase,
  options: NetworksOptions,
): AsyncGenerator<ParityResult> {
  const warnings: WeightWarning[] = [];
  const networks = new Networks(folder, configOf(format), {
    ...options,
    onWarning: (warning) => warnings.push(warning),
  });
  try {
    if (format.kind === "bad-base")
      yield await refusal(format.name, format.expect ?? {}, () => networks.open("transformer"));
    else {
      yield* answers(networks, folder, format);
      if (format.expect !== undefined) yield mention(format.name, format.expect, warnings);
    }
  } finally {
    await networks.close();
  }
}

async function* answers(
  networks: Networks,
  folder: string,
  { name, case: own, parts, tolerance: { relativeRms: limit } }: FormatCase,
): AsyncGenerator<ParityResult> {
  const files = { transformer: own, ...mapValues(parts) };
  for (const [network, file] of Object.entries(files)) {
    if (file === undefined) continue;
    const cases = new CaseFile(await openSafetensors(join(folder, file)));
    for await (const result of networkCase(networks, folder, network, cases))
      yield {
        ...result,
        name: `${name} ${result.name}`,
        limit,
        pass: result.relativeRms <= limit,
      };
  }
}

const mapValues = (parts: FormatCase["parts"]): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(parts).map(([network, part]) => [network, part?.case]));
