// `makeanything adapters add`: a LoRA of any format is held against the model before it is taken in, and what
// of it finds no place is said.
import { existsSync } from "node:fs";
import path from "node:path";
import { type AdaptersFlags, tellStyle } from "./adapters.js";
import { configFrom } from "./settings.js";
import { type CheckedLora, checkLora } from "../engine/index.js";
import { addStyle, loadModel, requireStyle } from "../procedures/index.js";

export interface AddFlags extends AdaptersFlags {
  name: string;
  trigger?: string;
  weight?: number;
}

export async function addAdapter(
  given: string,
  { name, trigger, weight, json, ...flags }: AddFlags,
): Promise<void> {
  const { dataDir, modelDir } = configFrom(flags);
  const place = { dataDir, model: await loadModel(modelDir) };
  const file = path.resolve(given);
  if (!existsSync(file)) throw new Error(`${file}: there is no such file`);
  let checked: CheckedLora | undefined;
  const slug = await addStyle(
    place,
    { file, name, trigger, weight },
    async () => (checked = await checkLora(modelDir, file)),
  );
  const style = requireStyle(place, slug);
  const { layers = 0, warnings = [] } = checked ?? {};
  if (json) return console.log(JSON.stringify({ ...style, layers, warnings }));
  console.log(
    [
      tellStyle(style),
      `It changes ${layers} layers of the model “${place.model.name}”.`,
      ...warnings.map((warning) => `Warning: ${warning}`),
      `Try: makeanything generate "a red boat" --domain painting --style ${slug}`,
    ].join("\n"),
  );
}
