// Every picture is decoded once before training: a truncated file shows only then. The picture child does
// it, for the files are somebody else's.
import type { PageFiles, SequenceFiles } from "./files.js";
import type { Problem } from "./error.js";
import type { PictureOperations } from "../../workers/index.js";

interface Size {
  file: string;
  widthPx: number;
  heightPx: number;
}

/** What is asked of the child is whether it can decode; of what it answers only the size is used. */
const ANSWER_PX = 8;

/** Gives what is wrong with an example's pictures. */
export async function checkPictures(
  item: PageFiles | SequenceFiles,
  pictures: Pick<PictureOperations, "open">,
): Promise<Problem[]> {
  const files = item.kind === "page" ? [item.page] : item.frames;
  const sizes: Size[] = [];
  const problems: Problem[] = [];
  for (const file of files)
    try {
      const { original } = await pictures.open({ source: { path: file }, maxSidePx: ANSWER_PX });
      sizes.push({ file, ...original });
    } catch (error) {
      problems.push({
        code: "unreadable_picture",
        file,
        message: (error as Error).message.replace(`${file} `, ""),
      });
    }
  return [...problems, ...(item.kind === "page" ? notSquare(sizes) : unequal(sizes))];
}

function notSquare(sizes: readonly Size[]): Problem[] {
  return sizes
    .filter(({ widthPx, heightPx }) => widthPx !== heightPx)
    .map((size) => ({
      code: "page_not_square",
      file: size.file,
      message: `is ${tell(size)}, a page is a square of 2 × 2 or 3 × 3 frames; pad each frame to a square, or give the frames in a folder`,
    }));
}

/** Those unlike most of their sequence. */
function unequal(sizes: readonly Size[]): Problem[] {
  const counts = new Map<string, number>();
  for (const size of sizes) counts.set(tell(size), (counts.get(tell(size)) ?? 0) + 1);
  const [[usual = "", count = 0] = []] = [...counts].toSorted(([, a], [, b]) => b - a);
  return sizes
    .filter((size) => tell(size) !== usual)
    .map((size) => ({
      code: "unequal_sizes",
      file: size.file,
      message: `is ${tell(size)}, ${count} of the ${sizes.length} frames are ${usual}; bring all to one size`,
    }));
}

function tell({ widthPx, heightPx }: Size): string {
  return `${widthPx} × ${heightPx} px`;
}
