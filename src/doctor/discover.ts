// What lies in the usual places: every file of weights once, whatever its names, and the tokenizers.
import { realpath, stat } from "node:fs/promises";
import type { Place } from "./places.js";
import { sniff } from "./sniff.js";
import { tokenizerIn } from "./tokenizers.js";
import { walk } from "./walk.js";
import type { World } from "./world.js";

/** Beyond this many files nobody waits any longer; the first places are the likely ones. */
const MOST_FILES = 5000;

export type Discovered = Pick<World, "files" | "tokenizers" | "places">;

export async function discover(places: readonly Place[]): Promise<Discovered> {
  const found: Discovered = { files: [], tokenizers: [], places: [] };
  const seenFolders = new Set<string>();
  const seenFiles = new Set<string>();
  for (const { what, path, folders = [{ path }] } of places) {
    found.places.push({ what, path, isThere: await isThere(path) });
    for (const { path: folder, meantFor } of folders) {
      const { weights, tokenizers } = await walk(folder, seenFolders);
      for (const file of weights) {
        const real = await realpath(file).catch(() => file);
        if (seenFiles.has(real) || seenFiles.size >= MOST_FILES) continue;
        seenFiles.add(real);
        found.files.push({ ...(await sniff(file)), ...(meantFor && { meantFor }) });
      }
      for (const place of tokenizers) {
        const tokenizer = await tokenizerIn(place);
        if (tokenizer !== undefined) found.tokenizers.push(tokenizer);
      }
    }
  }
  return found;
}

const isThere = (place: string): Promise<boolean> =>
  stat(place).then(
    () => true,
    () => false,
  );
