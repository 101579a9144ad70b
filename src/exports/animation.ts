// A tutorial as a moving picture, with its captions in it.
import type { Render } from "./format.js";
import { readingMs } from "./tutorial.js";

const SIDE_PX = 512;
/** Past so many steps frames are smaller: people send these files around. */
const MANY = 16;
const SIDE_OF_MANY_PX = 384;

export const exportGif = animation("gif");
export const exportWebp = animation("webp");

function animation(format: "gif" | "webp"): Render {
  return async ({ tutorial: { steps }, pictures, signal }) => {
    const sidePx = steps.length > MANY ? SIDE_OF_MANY_PX : SIDE_PX;
    const frames = steps.map(({ file, caption }, i) => ({
      source: { path: file },
      caption: `${i + 1}. ${caption}`,
      delayMs: readingMs(caption),
    }));
    const { bytes, missing } = await pictures.animate({ frames, sidePx, format }, { signal });
    return { bytes: () => bytes, missing };
  };
}
