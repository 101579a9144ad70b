// LoRAs in every format, on the bases they are for: those that fit give the original's numbers at every
// weight, and what is left of them is named; the others are refused.
import { join } from "node:path";
import { EngineError } from "../../error.js";
import { remember } from "../../memory.js";
import { Networks, type NetworksOptions } from "../../networks.js";
import type { LoraFile, LoraPart } from "../../weights/lora/index.js";
import { openSafetensors } from "../../weights/safetensors.js";
import { CaseFile } from "../case-file.js";
import { compare, compareFields, failed, type ParityResult } from "../compare.js";
import { conditions } from "../network-cases.js";
import { configOf, readCase, type FormatCase, type FormatIndex } from "./case.js";
import { mention, refusal } from "./expected.js";

/** @param folder - of all cases */
export async function* loraCases(
  folder: string,
  index: FormatIndex,
  options: NetworksOptions = {},
): AsyncGenerator<ParityResult> {
  const bases = new Map<string, Promise<Networks>>();
  const openBase = async (name: string) =>
    new Networks(join(folder, name), configOf(await readCase(folder, name)), options);
  try {
    for (const { name, kind } of index.cases) {
      if (kind !== "lora" && kind !== "bad-lora") continue;
      try {
        const format = await readCase(folder, name);
        const base = format.base ?? "";
        const networks = await remember(bases, base, () => openBase(base));
        yield* loraCase(networks, join(folder, name), format);
      } catch (error) {
        yield failed(name, error);
      }
    }
  } finally {
    for (const networks of bases.values()) await (await networks).close();
  }
}

async function* loraCase(
  networks: Networks,
  folder: string,
  { name, kind, entry, case: own, answers, tolerance, expect = {} }: FormatCase,
): AsyncGenerator<ParityResult> {
  const path = join(folder, entry);
  if (kind === "bad-lora") {
    const use = async () =>
      void networks.stack([{ file: await networks.openLora(path), weight: 1 }]);
    yield await refusal(name, expect, use);
    return;
  }
  const files = new Map<string, Promise<LoraFile>>();
  const open = (file: string) => remember(files, file, () => networks.openLora(join(folder, file)));
  if (expect.mayRefuse !== undefined) {
    yield await namedRefusal(name, expect, open(entry));
    return;
  }
  const cases = new CaseFile(await openSafetensors(join(folder, own ?? "")));
  for (const { out, stack } of answers) {
    const parts = await Promise.all(
      stack.map(async ({ file, weight, domain }) => partsOf(await open(file), weight, domain)),
    );
    const predicted = await networks.predict({
      ...conditions(networks, cases, parts.flat()),
      img: cases.floats("in.img"),
      timestep: cases.floats("in.timestep")[0]!,
    });
    yield compare(`${name} ${out}`, predicted, cases.floats(out), tolerance.relativeRms);
  }
  const { unused, warnings } = await open(entry);
  if (expect.unused !== undefined) yield mention(name, expect, [{ unused: unused.toSorted() }]);
  else if (expect.warning !== undefined) yield mention(name, expect, warnings);
}

/** A domain, or a mix of them: domain → weight, times the weight of all. */
function partsOf(
  file: LoraFile,
  weight: number,
  domain: number | Record<string, number> | undefined,
): LoraPart[] {
  if (domain === undefined) return [{ file, weight }];
  const mix = typeof domain === "number" ? { [domain]: 1 } : domain;
  return Object.entries(mix).map(([b, share]) => ({ file, b: Number(b), weight: weight * share }));
}

/** What an engine without the inputs for it refuses, saying where. */
async function namedRefusal(
  name: string,
  { mayRefuse }: Record<string, unknown>,
  opened: Promise<LoraFile>,
): Promise<ParityResult> {
  const error = await opened.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (error !== undefined && !(error instanceof EngineError)) throw error;
  const layer = error?.details?.tensor?.replace(/\.lora_[AB]\.weight$/, "");
  return compareFields(`${name} refused`, { mayRefuse: layer }, { mayRefuse }, error?.message);
}
