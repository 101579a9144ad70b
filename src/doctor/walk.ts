// Files of weights and tokenizers below a folder, links followed. Shards are one thing: their index.
import { readdir, realpath, stat } from "node:fs/promises";
import path from "node:path";

export interface Walked {
  /** a link to nothing is among them: its disk may not be there */
  weights: string[];
  /** folders with a tokenizer.json */
  tokenizers: string[];
}

const WEIGHTS = /\.(safetensors|sft|gguf)$/i;
const INDEX = /\.safetensors\.index\.json$/;
const SHARD = /-\d+-of-\d+\.safetensors$/;
/** A hub cache has its files four to six folders deep; nobody's weights lie much deeper. */
const MAX_DEPTH = 8;
/** The bytes themselves, which have their names elsewhere, and what is no weights at all. */
const SKIPPED = new Set([
  "blobs",
  "refs",
  ".no_exist",
  ".git",
  "node_modules",
  ".makeanything-loras",
]);

export async function walk(folder: string, seen = new Set<string>(), depth = 0): Promise<Walked> {
  const found: Walked = { weights: [], tokenizers: [] };
  const real = await realpath(folder).catch(() => undefined);
  if (real === undefined || seen.has(real) || depth > MAX_DEPTH) return found;
  seen.add(real);
  const names = (await readdir(folder).catch(() => [])).toSorted();
  const hasIndex = names.some((name) => INDEX.test(name));
  if (names.includes("tokenizer.json")) found.tokenizers.push(folder);
  for (const name of names) {
    if (SKIPPED.has(name)) continue;
    const place = path.join(folder, name);
    const isWeights = WEIGHTS.test(name) || INDEX.test(name);
    if (isWeights && !(hasIndex && SHARD.test(name))) found.weights.push(place);
    else if (await isFolder(place)) {
      const below = await walk(place, seen, depth + 1);
      found.weights.push(...below.weights);
      found.tokenizers.push(...below.tokenizers);
    }
  }
  return found;
}

const isFolder = (place: string): Promise<boolean> =>
  stat(place).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
