// `makeanything adapters list` and `remove`: the LoRAs that can be painted with.
import { configFrom, type Flags } from "./settings.js";
import { loadModel, ownDomains, removeStyle, type Style, stylesOf } from "../procedures/index.js";

export interface AdaptersFlags extends Flags {
  json?: boolean;
}

export async function listAdapters({ json, ...flags }: AdaptersFlags): Promise<void> {
  const { dataDir, modelDir } = configFrom(flags);
  const styles = stylesOf({ dataDir, model: await loadModel(modelDir) });
  const domains = ownDomains(dataDir).map(({ slug, folder, summary }) => ({
    slug,
    folder,
    summary,
  }));
  if (json) return console.log(JSON.stringify({ styles, domains }));
  const lines = [
    ...styles.map(tellStyle),
    ...domains.map(({ slug, summary, folder }) => `${slug}: a domain. ${summary}\n    ${folder}`),
  ];
  console.log(
    lines.join("\n") ||
      "There is none yet; makeanything adapters add FILE --name NAME adds a style.",
  );
}

export async function removeAdapter(
  name: string,
  { json, ...flags }: AdaptersFlags,
): Promise<void> {
  const { dataDir, modelDir } = configFrom(flags);
  const removed = await removeStyle({ dataDir, model: await loadModel(modelDir) }, name);
  console.log(json ? JSON.stringify({ removed }) : `Removed ${removed}.`);
}

export function tellStyle({ slug, weight, trigger, file, fits }: Style): string {
  const words = trigger === "" ? "no trigger words" : `trigger “${trigger}”`;
  const other = fits ? "" : ", made for a model of another size";
  return `${slug}: a style, weight ${weight}, ${words}${other}\n    ${file ?? "comes with the model"}`;
}
