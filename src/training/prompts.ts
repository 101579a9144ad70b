// Prompts as the text encoders see them: token ids, each prompt read once.
import path from "node:path";
import { openTokenizer, type ModelConfig } from "../engine/train/index.js";

export interface PromptIds {
  t5: readonly number[];
  clip: readonly number[];
}

/** Opens the tokenizers of a model folder. */
export async function openPrompts(
  modelDir: string,
  { t5, clip }: Pick<ModelConfig, "t5" | "clip">,
): Promise<(prompt: string) => PromptIds> {
  const open = ({ tokenizer, maxLength }: ModelConfig["t5" | "clip"]) =>
    openTokenizer(path.resolve(modelDir, tokenizer!), maxLength!);
  const [t5Tokenizer, clipTokenizer] = [await open(t5), await open(clip)];
  const read = new Map<string, PromptIds>();
  return (prompt) => {
    const known = read.get(prompt);
    if (known !== undefined) return known;
    const ids = { t5: t5Tokenizer.encode(prompt).ids, clip: clipTokenizer.encode(prompt).ids };
    read.set(prompt, ids);
    return ids;
  };
}
