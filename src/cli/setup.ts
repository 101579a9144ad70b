// `makeanything setup`: makes a model folder of the weights that were found, where they lie, and says how to
// switch to it.
import path from "node:path";
import { usualPlaces } from "./look-around.js";
import { configFrom, type Flags } from "./settings.js";
import {
  chooseParts,
  composeModel,
  discover,
  missingParts,
  type WrittenModel,
  writeModel,
} from "../doctor/index.js";

export interface SetupFlags extends Flags {
  /** the file to take, where several would do */
  transformer?: string;
  json?: boolean;
}

const NAME = "flux1-dev";

export async function setup({ transformer, json, ...flags }: SetupFlags): Promise<void> {
  const config = configFrom(flags);
  const named = transformer === undefined ? undefined : path.resolve(transformer);
  const places = usualPlaces(config);
  const own = named === undefined ? [] : [{ what: "model folder", path: path.dirname(named) } as const];
  const parts = chooseParts(await discover([...own, ...places]), named);
  const missing = missingParts(parts);
  if (missing.length > 0)
    throw new Error(
      `FLUX.1-dev is not complete: ${missing.join(", ")} not found; makeanything models pull ${missing.join(" ")} --alone fetches what is missing, makeanything doctor says what is there`,
    );
  const model = composeModel(parts);
  const written = await writeModel(path.join(config.dataDir, "models", NAME), model);
  if (json) console.log(JSON.stringify({ ...written, model }));
  else console.log(tellSetup(written, model, config.dataDir));
} // prettier-ignore

function tellSetup(
  { folder, former }: WrittenModel,
  { transformer, domains }: ReturnType<typeof composeModel>,
  dataDir: string,
): string {
  const slugs = domains.map(({ domain }) => domain).join(", ");
  return [
    `${folder} is a model now: ${transformer.file} and its parts, where they lie.`,
    slugs === ""
      ? "It has no domains yet: makeanything models pull makeanything-9f, and then setup again."
      : `Domains: ${slugs}.`,
    ...(former === undefined ? [] : [`What its model.json said before is in ${former}.`]),
    "",
    "To paint with it always, put this into " + path.join(dataDir, "config.json") + ":",
    `  { "modelDir": ${JSON.stringify(folder)} }`,
    "To paint with it once:",
    `  makeanything generate "a red rocket" --domain ${domains[0]?.domain ?? "sketch"} --model-dir ${JSON.stringify(folder)}`,
  ].join("\n");
}
