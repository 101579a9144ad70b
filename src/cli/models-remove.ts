// `makeanything models remove`: shows what would go, asks, and removes it.
import { agrees } from "./agrees.js";
import type { ModelsFlags } from "./models.js";
import { hub, lorasDir } from "./models-setup.js";
import { findModel, planRemoval, remove, sayBytes } from "../models/index.js";

export interface RemoveFlags extends ModelsFlags {
  /** nobody is asked */
  yes?: boolean;
}

/** Parts stay: others may need them. */
export async function removeModels(
  ids: string[],
  { yes, json, ...flags }: RemoveFlags,
): Promise<void> {
  const { cacheDir } = hub();
  const removals = await planRemoval(cacheDir, ids.map(findModel), lorasDir(flags));
  const frees = removals.reduce((sum, { freesBytes }) => sum + freesBytes, 0);
  if (!json)
    for (const { path: file, freesBytes } of removals)
      console.log(`${sayBytes(freesBytes).padStart(8)}  ${file}`);
  if (removals.length === 0) {
    console.log(json ? JSON.stringify({ removed: [], freesBytes: 0 }) : "Nothing of it is there.");
    return;
  }
  if (!(yes || (await agrees(`Remove this, and free ${sayBytes(frees)}?`)))) return;
  await remove(cacheDir, removals);
  const removed = removals.map((removal) => removal.path);
  console.log(json ? JSON.stringify({ removed, freesBytes: frees }) : "Done.");
}
