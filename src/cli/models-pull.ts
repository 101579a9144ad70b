// `makeanything models pull`: fetches models, or one domain of a model.
import path from "node:path";
import type { ModelsFlags } from "./models.js";
import { hub, lorasDir, report, together } from "./models-setup.js";
import { createProgressBar } from "./progress-bar.js";
import { packageRoot } from "../config.js";
import {
  filesOf,
  findModel,
  inCache,
  type Model,
  ModelsError,
  type Progress,
  pull,
  pullDomain,
  type PullOptions,
} from "../models/index.js";
import { type Domain, loadDomains } from "../procedures/index.js";

export interface PullFlags extends ModelsFlags {
  domain?: string;
  /** without its parts */
  alone?: boolean;
  /** hash what is there, and fetch again what is corrupt */
  check?: boolean;
}

export async function pullModels(
  ids: string[],
  { domain, alone, check, json, ...flags }: PullFlags,
  signal: AbortSignal,
): Promise<void> {
  const models = ids.map(findModel);
  const bar = createProgressBar();
  const onProgress = (progress: Progress) => report(bar, progress);
  const onNote = (text: string) => {
    bar.stop();
    console.error(text);
  };
  try {
    const options = { signal, onProgress, onNote, recheck: check ?? false };
    const files =
      domain === undefined
        ? await pull(hub(), (alone ? models : together(models)).flatMap(filesOf), options)
        : await pullOne(models, domain, lorasDir(flags), options);
    bar.stop();
    console.log(json ? JSON.stringify({ files }) : files.join("\n"));
  } finally {
    bar.stop();
  }
  if (!json) await tellNeeds(models);
}

async function pullOne(
  models: Model[],
  slug: string,
  folder: string,
  options: PullOptions,
): Promise<string[]> {
  const [model] = models;
  const domains = loadDomains(path.join(packageRoot(), "adapters"));
  const domain = domains.find((one) => one.slug === slug);
  if (models.length > 1 || model?.domainFrames === undefined)
    throw new ModelsError(
      "unknown_model",
      "--domain takes one domain out of makeanything-9f or makeanything-4f; name one of them",
    );
  if (domain?.frames !== model.domainFrames)
    throw new ModelsError("unknown_model", elsewhere(domains, domain, slug, model));
  const b = domain.index - 1;
  return [await pullDomain({ hub: hub(), model, domain: { slug, b }, folder }, options)];
}

function elsewhere(
  domains: Domain[],
  domain: Domain | undefined,
  slug: string,
  { id, domainFrames }: Model,
): string {
  const there = domains.filter(({ frames }) => frames === domainFrames).map((one) => one.slug);
  const hint = domain === undefined ? "" : `; ${slug} is in makeanything-${domain.frames}f`;
  return `${id} has no domain “${slug.slice(0, 60)}”, but ${there.join(", ")}${hint}`;
}

/** Says what a model is of no use without, where that is not there. */
async function tellNeeds(models: Model[]): Promise<void> {
  const here = new Set((await inCache(hub().cacheDir)).map(({ id }) => id));
  for (const { id, on = [] } of models)
    if (on.length > 0 && !on.some((base) => here.has(base)))
      console.error(`${id} works on ${on.join(" or ")}: makeanything models pull ${on[0]}`);
}
