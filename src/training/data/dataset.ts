// People's training data, checked as a whole before anything is trained on it.
import path from "node:path";
import { checkCaption } from "./check-caption.js";
import { checkPictures } from "./check-pictures.js";
import { DatasetError, type Problem } from "./error.js";
import { survey } from "./survey.js";
import type { PictureOperations } from "../../workers/index.js";

/** A procedure to learn from: one picture of the whole page, or a picture for each frame, in order. */
export type Example = {
  /** path below the data set: unique, and the same on every machine */
  id: string;
  /** what the text encoders read; an instruction such as `--lora_up 3` is no part of it */
  prompt: string;
  /** what each frame shows; empty where nobody said it */
  steps: string[];
  /** the domain's B in the asymmetric LoRA, counted from 1 */
  domainB?: number;
} & ({ pagePath: string } | { framePaths: string[] });

export interface Dataset {
  examples: Example[];
  /** what may be meant, and is no reason to stop */
  warnings: Problem[];
}

export interface ReadOptions {
  pictures: Pick<PictureOperations, "open">;
  /** process phrase for sequences whose captions.json names none */
  phrase?: string | undefined;
  signal?: AbortSignal | undefined;
  /** gets how many examples of how many are checked */
  onProgress?: ((done: number, all: number) => void) | undefined;
}

/**
 * Reads pages with captions and folders of frames, in the folder and all below it, sorted by path.
 * Every picture is decoded once. Throws `DatasetError` with all problems there are.
 */
export async function readDataset(
  folder: string,
  { pictures, phrase, signal, onProgress }: ReadOptions,
): Promise<Dataset> {
  const { items, problems } = await survey(folder);
  const examples: Example[] = [];
  const warnings: Problem[] = [];
  for (const [done, item] of items.entries()) {
    signal?.throwIfAborted();
    onProgress?.(done, items.length);
    const words = await checkCaption(item, phrase);
    problems.push(...(await checkPictures(item, pictures)), ...words.problems);
    warnings.push(...words.warnings);
    const { id } = item;
    const where = item.kind === "page" ? { pagePath: item.page } : { framePaths: item.frames };
    if (words.caption) examples.push({ id, ...words.caption, ...where });
  }
  if (items.length === 0 && problems.length === 0)
    problems.push({
      code: "no_examples",
      file: path.resolve(folder),
      message:
        "has no .png, .jpg or .webp; put pages with .caption files there, or a folder of 001.png … and captions.json for each sequence",
    });
  if (problems.length > 0) throw new DatasetError(path.resolve(folder), problems);
  return { examples, warnings: [...warnings, ...sameTexts(examples)] };
}

/** Examples of the very same words: often a caption that was copied and never changed. */
function sameTexts(examples: readonly Example[]): Problem[] {
  const first = new Map<string, string>();
  return examples.flatMap((example) => {
    const known = first.get(example.prompt);
    first.set(example.prompt, known ?? example.id);
    if (known === undefined) return [];
    const file = "pagePath" in example ? example.pagePath : path.dirname(example.framePaths[0]!);
    const message = `says the same as ${known}; was its caption copied?`;
    return [{ code: "same_text", file, message }];
  });
}
