// Token ids from a `tokenizer.json`, padded and cut as the reference does it.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Tokenizer } from "@huggingface/tokenizers";
import { EngineError } from "../error.js";

/** Longer prompts are cut before they are looked at: no model reads more than 512 tokens. */
const MAX_CHARACTERS = 16_000;

export interface Encoded {
  ids: number[];
  /** how many of them are text; the rest is padding */
  length: number;
}

export interface TextTokenizer {
  encode(text: string): Encoded;
}

/**
 * @param folder - holds tokenizer.json and tokenizer_config.json
 * @param maxLength - tokens; what is longer is cut, its last token staying the end token
 */
export async function openTokenizer(folder: string, maxLength: number): Promise<TextTokenizer> {
  const read = async (name: string): Promise<Record<string, unknown>> => {
    try {
      return JSON.parse(await readFile(join(folder, name), "utf8"));
    } catch (error) {
      throw new EngineError("no_such_file", `cannot read ${join(folder, name)} as JSON`, {
        cause: error,
      });
    }
  };
  const config = await read("tokenizer_config.json");
  const tokenizer = makeTokenizer(folder, await read("tokenizer.json"), config);
  const padding = tokenizer.token_to_id(String(config.pad_token));
  if (padding === undefined)
    throw new EngineError(
      "bad_model_config",
      `${folder}: pad_token ${config.pad_token} is no token`,
    );
  return {
    encode(text) {
      const { ids } = tokenizer.encode(text.slice(0, MAX_CHARACTERS));
      const kept = ids.length <= maxLength ? ids : [...ids.slice(0, maxLength - 1), ids.at(-1)!];
      return {
        ids: [...kept, ...Array<number>(maxLength - kept.length).fill(padding)],
        length: kept.length,
      };
    },
  };
}

function makeTokenizer(folder: string, tokenizer: object, config: object): Tokenizer {
  try {
    return new Tokenizer(tokenizer, config);
  } catch (error) {
    throw new EngineError(
      "bad_model_config",
      `${join(folder, "tokenizer.json")} is no tokenizer: ${error instanceof Error ? error.message : error}`,
      { cause: error },
    );
  }
}
