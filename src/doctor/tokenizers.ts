// Whose a tokenizer.json is: T5's pieces, or CLIP's.
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { FoundTokenizer } from "./world.js";

/** The two have some 2 MB; those of language models are larger, and none of them is wanted. */
const MAX_BYTES = 8e6;
/** 32,000, and with them or apart a hundred that stand for gaps */
const T5_PIECES = new Set([32_000, 32_100, 32_128]);
const CLIP_TOKENS = 49_408;

const schema = z.object({
  model: z.object({
    type: z.string().optional(),
    vocab: z.union([z.array(z.unknown()), z.record(z.string(), z.unknown())]),
  }),
});

/** Undefined for any other, and for one without its configuration. */
export async function tokenizerIn(folder: string): Promise<FoundTokenizer | undefined> {
  const file = path.join(folder, "tokenizer.json");
  try {
    const found = await stat(file);
    if (!found.isFile() || found.size > MAX_BYTES) return undefined;
    await stat(path.join(folder, "tokenizer_config.json"));
    const { model } = schema.parse(JSON.parse(await readFile(file, "utf8")));
    const count = Object.keys(model.vocab).length;
    if (Array.isArray(model.vocab))
      return T5_PIECES.has(count) ? { kind: "t5", folder } : undefined;
    return count === CLIP_TOKENS ? { kind: "clip", folder } : undefined;
  } catch {
    return undefined; // not there, or not a tokenizer
  }
}
