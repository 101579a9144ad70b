// Small previews of anybody's pictures. Each may be broken, huge or slow: then there are words instead.
import { type Context, reasonOf } from "../procedures/index.js";

/** A JPEG, or why there is none. */
export type Thumbnail = Uint8Array | string;

const SIZE = { sidePx: 256, quality: 71 };
/** for all of them: somebody waits */
const TOTAL_MS = 20_000;

/** In order, as far as budget and time go. */
export async function thumbnailsOf(
  { pictures }: Pick<Context, "pictures">,
  files: readonly string[],
  {
    within,
    budgetBytes,
    signal,
  }: { within: readonly string[]; budgetBytes: number; signal?: AbortSignal | undefined },
): Promise<Thumbnail[]> {
  const timeout = AbortSignal.timeout(TOTAL_MS);
  const ended = signal === undefined ? timeout : AbortSignal.any([timeout, signal]);
  const thumbnails: Thumbnail[] = [];
  let left = budgetBytes;
  for (const path of files) {
    const thumbnail = await one({ path, within });
    thumbnails.push(thumbnail);
    if (typeof thumbnail !== "string") left -= thumbnail.length;
  }
  return thumbnails;

  async function one(source: { path: string; within: readonly string[] }): Promise<Thumbnail> {
    try {
      const [jpeg] = await pictures.previews({ sources: [source], ...SIZE }, { signal: ended });
      return jpeg === undefined || jpeg.length > left ? "no room in this answer" : jpeg;
    } catch (error) {
      signal?.throwIfAborted();
      return timeout.aborted ? "there was no time left" : reasonOf(error);
    }
  }
}
