// The strict key check: a network runs only on a file that has its tensors, all of them and no others.
import { basename } from "node:path";
import { EngineError } from "../error.js";
import { shortKey, type SafetensorsFile } from "./safetensors.js";

/** Tensors that public files carry beside those of the network, and that change nothing. */
const harmless = new Set([
  "encoder.embed_tokens.weight",
  "text_model.embeddings.position_ids",
  "text_projection.weight",
]);

/** The types that every provider can compute with. */
const usable = new Set(["F32", "F16", "BF16"]);

/**
 * @param expected - key → shape, in the network's order
 * @throws EngineError `bad_weights` naming the first key that is missing, misshaped or left over
 */
export function checkKeys(file: SafetensorsFile, expected: ReadonlyMap<string, number[]>): void {
  const complain = (key: string, what: string) => {
    throw new EngineError(
      "bad_weights",
      `${basename(file.path)} ${shortKey(key)}: ${what}; is this the right model.json?`,
    );
  };
  for (const [key, shape] of expected) {
    const entry = file.tensors.get(key);
    const needed = `config needs [${shape.join(", ")}]`;
    if (entry === undefined) return complain(key, `missing tensor, file has none, ${needed}`);
    const found = `tensor is [${entry.shape.slice(0, 8).join(", ")}]`;
    if (entry.shape.join() !== shape.join()) return complain(key, `${found}, ${needed}`);
    if (!usable.has(entry.dtype))
      return complain(key, `tensor is ${entry.dtype}, this engine runs F32, F16 and BF16`);
  }
  for (const [key, entry] of file.tensors)
    if (!expected.has(key) && !harmless.has(key))
      complain(
        key,
        `extra tensor, file has [${entry.shape.slice(0, 8).join(", ")}], config needs none`,
      );
}
