// The frames of a page or a sequence as small JPEGs, made in the picture child.
import { layoutFor } from "../grid/index.js";
import type { PageFiles, SequenceFiles } from "../training/data/index.js";
import type { PictureOperations, PictureSource } from "../workers/index.js";

/** Enough to see what is drawn; vision models scale down what is larger, and charge for it. */
const FRAME_PX = 448;
const QUALITY = 85;

/**
 * @param frames - of a page; found out where it is not given
 * Throws an Error where a page does not tell, and what the picture child says.
 */
export async function framesOf(
  item: PageFiles | SequenceFiles,
  pictures: Pick<PictureOperations, "split" | "previews">,
  frames?: 4 | 9,
): Promise<Uint8Array[]> {
  const sources =
    item.kind === "page"
      ? await cutPage(item.page)
      : item.frames.map((path): PictureSource => ({ path }));
  return pictures.previews({ sources, sidePx: FRAME_PX, quality: QUALITY });

  async function cutPage(page: string): Promise<PictureSource[]> {
    const layout = frames && layoutFor(frames, "snake");
    const cut = await pictures.split({ source: { path: page }, ...(layout && { layout }) });
    if (!cut.certain)
      throw new Error(
        "the page does not tell whether it holds 4 or 9 frames; say so with --frames",
      );
    return cut.frames.map(({ png }) => ({ bytes: png }));
  }
}
