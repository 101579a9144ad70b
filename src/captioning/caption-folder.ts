// The words that a data set lacks, from a vision model: a caption for every page without one, a
// captions.json for every folder of frames without one. What a person wrote is never touched, and what is
// written counts as done the next time, so that a run can end anywhere and go on later.
import path from "node:path";
import { descriptionOf, type Description, instructionFor, labelled } from "./describe.js";
import { askVision, type VisionRequest } from "./endpoint.js";
import { VisionError } from "./error.js";
import { framesOf } from "./frames.js";
import { writeNew } from "./write-new.js";
import {
  DatasetError,
  framedPrompt,
  type PageFiles,
  type SequenceFiles,
  survey,
} from "../training/data/index.js";
import type { PictureOperations } from "../workers/index.js";

export interface CaptionOptions extends Pick<
  VisionRequest<Description>,
  "endpoint" | "model" | "key" | "signal" | "patience"
> {
  pictures: Pick<PictureOperations, "split" | "previews">;
  /** how many are asked at once */
  concurrency?: number;
  /** of pages; found out page by page where it is not given */
  frames?: 4 | 9 | undefined;
  /** process phrase, put before the subject */
  phrase?: string | undefined;
  /** gets how many of those without words are done */
  onProgress?: ((done: number, all: number) => void) | undefined;
}

export interface Captioned {
  /** captions written, absolute */
  written: string[];
  /** how many had words before, a person's or ours */
  kept: number;
  /** what has no words still, and why */
  failed: { file: string; message: string }[];
}

type Item = PageFiles | SequenceFiles;

/**
 * Throws DatasetError where names or numbers of files are wrong, before anything is asked; VisionError where
 * the model cannot be asked at all; an Error where a caption cannot be written; what `signal` says.
 */
export async function captionFolder(
  folder: string,
  { concurrency = 1, onProgress, ...options }: CaptionOptions,
): Promise<Captioned> {
  const { items, problems } = await survey(folder);
  if (problems.length > 0) throw new DatasetError(path.resolve(folder), problems);
  const missing = items.filter(({ words }) => !words.exists);
  const result: Captioned = { written: [], kept: items.length - missing.length, failed: [] };
  const stop = new AbortController();
  const signals = options.signal ? [options.signal, stop.signal] : [stop.signal];
  const signal = AbortSignal.any(signals);
  const queue = missing.values();
  let done = 0;

  async function work(): Promise<void> {
    for (const item of queue) {
      signal.throwIfAborted();
      onProgress?.(done, missing.length);
      const text = await describe(item, { ...options, signal }).catch((error: unknown) => {
        if (signal.aborted || !isOfThisItem(error)) throw error;
        const file = item.kind === "page" ? item.page : item.folder;
        result.failed.push({ file, message: (error as Error).message });
        return undefined;
      });
      if (text !== undefined)
        if (await writeNew(item.words.file, text)) result.written.push(item.words.file);
        else result.kept++;
      done++;
    }
  }

  // The first that cannot go on ends them all.
  await Promise.all(
    Array.from({ length: concurrency }, () => work().catch((error: unknown) => stop.abort(error))),
  );
  signal.throwIfAborted();
  onProgress?.(done, missing.length);
  return result;
}

/** Gives what belongs into the item's file. */
async function describe(
  item: Item,
  { pictures, frames, phrase, ...endpoint }: Omit<CaptionOptions, "concurrency" | "onProgress">,
): Promise<string> {
  const images = labelled(await framesOf(item, pictures, frames));
  const { subject, steps } = await askVision({
    ...endpoint,
    images,
    instruction: instructionFor(images.length, phrase),
    schema: descriptionOf(images.length),
  });
  const text =
    item.kind === "page"
      ? framedPrompt({ phrase, subject, steps })
      : JSON.stringify({ subject, ...(phrase && { phrase }), steps }, null, 2);
  return `${text}\n`;
}

/** A picture that is damaged or an answer that stays wrong says nothing of the next item. */
function isOfThisItem(error: unknown): boolean {
  return !(error instanceof VisionError) || ["bad_answer", "timeout"].includes(error.code);
}
