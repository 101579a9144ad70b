// A new domain from a few dozen sequences: the asymmetric LoRA's A rests, a B of its own is trained, and
// both go into a folder that the tools read as they read the catalogue.
import { existsSync } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import {
  fluxTransformer,
  openLora,
  readFloats,
  readModelConfig,
  writeSafetensors,
  type TensorToWrite,
} from "../engine/train/index.js";
import {
  DOMAIN_FILE,
  DOMAIN_LORA,
  isStyleFolder,
  loadDomains,
  loadModel,
  type DomainFile,
} from "../procedures/index.js";
import { adapterObjective } from "./adapter.js";
import { ownPages, type AdapterRunOptions } from "./adapter-run.js";
import type { DomainConfig } from "./config.js";
import { TrainingError } from "./error.js";
import { aName } from "./low-rank.js";
import type { Objective } from "./objective.js";
import { previewPages } from "./preview.js";

/** Domains of the catalogue have smaller numbers. */
const FIRST_OWN_INDEX = 1000;

export async function domainObjective(
  config: DomainConfig,
  options: AdapterRunOptions,
): Promise<Objective> {
  const { at } = options;
  const modelDir = at(config.model);
  const { slug } = config;
  const folder = path.join(at(config.adapters), slug);
  const { name: model, adapters, transformer } = await readModelConfig(modelDir);
  if (isStyleFolder(folder))
    throw new TrainingError(
      "bad_config",
      `slug: a style is called ${slug}; take another name, or makeanything adapters remove ${slug}`,
    );
  const { asymmetric } = await loadModel(modelDir);
  const shared = {
    9: adapters[asymmetric.nine ?? "asymmetric"],
    4: adapters[asymmetric.four ?? "asymmetric"],
  };
  const noShared = (what: string) =>
    new TrainingError(
      "bad_config",
      `model: ${modelDir} has no asymmetric LoRA${what}, whose A a new domain shares; name a model folder that has one`,
    );
  if (shared[9] === undefined && shared[4] === undefined) throw noShared("");
  const pages = await ownPages({ ...config, task: "asymmetric-lora", oneDomain: true }, options);
  const frames = pages.kinds.some(({ name }) => name === "9") ? 9 : 4;
  const shares = shared[frames];
  if (shares === undefined) throw noShared(` for pages of ${frames} frames`);
  const { lowRankModules: modules } = fluxTransformer(transformer);
  const file = await openLora(path.resolve(modelDir, shares), modules);
  const downs = readFloats(
    file,
    modules.map(({ name }) => `${name}.lora_down.weight`),
  );
  const rank = downs[0]!.length / modules[0]!.inFeatures;
  const alphaKey = `${modules[0]!.name}.alpha`;
  const alpha = (file.tensors.has(alphaKey) && readFloats(file, [alphaKey])[0]![0]) || rank;
  return adapterObjective({
    modelDir,
    pages,
    rank,
    alpha,
    seed: config.seed,
    name: slug,
    shares: { a: true, b: true },
    frozenA: new Map(modules.map(({ name }, i) => [aName(name), downs[i]!])),
    textCacheDir: path.join(at(config.out), "text"),
    times: config.times,
    captionDropout: config.captionDropout,
    recompute: config.recompute,
    device: options.device,
    save: (tensors) => saveDomain(config, { model, frames }, at(config.adapters), tensors),
    preview: () =>
      previewPages(modelDir, pages.samples, {
        task: "asymmetric-lora",
        adaptersOf: () => ({ loras: [{ name: slug, file: path.join(folder, DOMAIN_LORA) }] }),
        signal: options.signal,
      }),
  });
}

/** What a person has written about it since it was first saved stays. */
async function saveDomain(
  config: DomainConfig,
  known: { model: string; frames: 4 | 9 },
  adaptersDir: string,
  tensors: Map<string, TensorToWrite>,
): Promise<void> {
  const folder = path.join(adaptersDir, config.slug);
  const isNew = !existsSync(folder);
  // A new folder appears whole: half a domain would be a broken catalogue.
  const target = isNew ? path.join(adaptersDir, `.${config.slug}`) : folder;
  await mkdir(target, { recursive: true });
  await writeSafetensors(path.join(target, DOMAIN_LORA), tensors, { dtype: "F16" });
  if (!isNew) return;
  const domain = describe(config, known, nextIndex(adaptersDir));
  await writeFile(path.join(target, DOMAIN_FILE), `${JSON.stringify(domain, null, 2)}\n`);
  await rename(target, folder);
}

function describe(
  { slug, phrase }: DomainConfig,
  { model, frames }: { model: string; frames: 4 | 9 },
  index: number,
): DomainFile {
  const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
  const stages = (count: number) =>
    Array.from({ length: count }, (_, i) => `Stage ${i + 1} of ${count} of {subject}.`);
  return {
    slug,
    index,
    name: capital(slug.replaceAll("_", " ")),
    frames,
    summary: `${capital(phrase)}, learnt from pictures on this machine.`,
    plans: { 9: stages(9), 4: stages(4) },
    lora: { model, phrase },
  };
}

/** The number after those of the domains there. */
const nextIndex = (adaptersDir: string): number =>
  Math.max(FIRST_OWN_INDEX - 1, ...loadDomains(adaptersDir).map(({ index }) => index)) + 1;
