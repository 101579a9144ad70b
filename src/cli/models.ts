// `makeanything models list` and `where`: what there is to fetch, and where it lies.
import { tellModel } from "./model-lines.js";
import { hub, lorasDir, together } from "./models-setup.js";
import type { Flags } from "./settings.js";
import {
  CATALOGUE,
  domainFiles,
  draftsInCache,
  filesOf,
  findModel,
  inCache,
  type Model,
} from "../models/index.js";

export interface ModelsFlags extends Flags {
  json?: boolean;
}

export async function listModels({ json }: ModelsFlags): Promise<void> {
  const { cacheDir } = hub();
  const cached = await inCache(cacheDir);
  const models = await Promise.all(
    CATALOGUE.map(async (model) => {
      const drafts = filesOf(model).map((file) => draftsInCache(cacheDir, file));
      const files = cached.filter(({ id }) => id === model.id).map((file) => file.path);
      const partlyBytes = (await Promise.all(drafts))
        .flat()
        .reduce((sum, { doneBytes }) => sum + doneBytes, 0);
      return { ...model, isHere: files.length === model.files.length, partlyBytes };
    }),
  );
  if (json) console.log(JSON.stringify({ cacheDir, models }));
  else console.log([...models.map(tellModel), `\nThe cache is ${cacheDir}`].join("\n"));
}

export async function whereModels(ids: string[], { json, ...flags }: ModelsFlags): Promise<void> {
  const models = together(ids.map(findModel));
  const cached = await inCache(hub().cacheDir, models);
  const domains = await Promise.all(models.map((model) => domainFiles(lorasDir(flags), model)));
  const files = [...cached, ...domains.flat()].map((file) => file.path);
  if (json) console.log(JSON.stringify({ files }));
  else if (files.length > 0) console.log(files.join("\n"));
  const isMissing = (model: Model, i: number) =>
    domains[i]!.length === 0 &&
    cached.filter(({ id }) => id === model.id).length < model.files.length;
  const missing = models.filter(isMissing).map(({ id }) => id);
  if (missing.length === 0) return;
  console.error(`Not there: ${missing.join(", ")}; makeanything models pull ${missing.join(" ")}`);
  process.exitCode = 1;
}
