// What the picture child can be asked to do. Every operation is one request and one answer; nothing is
// kept between them.
import type { ResizeOptions } from "sharp";
import { animate } from "./animate.js";
import { openPicture } from "./decode.js";
import { encodeJpeg, encodePng, toSquare } from "./encode.js";
import { PictureError } from "./error.js";
import { defaultLimits, type PictureLimits } from "./limits.js";
import { missingLetters, typeset } from "./typeset.js";
import { compose, crop, detectLayout, split } from "../grid/index.js";
import type { Raster } from "../raster.js";
import type { PictureOperations } from "./request.js";

export function pictureOperations(limits: PictureLimits = defaultLimits): PictureOperations {
  return {
    async open({ source, maxSidePx }) {
      const picture = await openPicture(source, limits);
      const { bytes, format, widthPx, heightPx } = picture;
      const sidePx = Math.min(maxSidePx, Math.max(widthPx, heightPx));
      const frame = await encodePng(await picture.pixels(paddedSquare(sidePx)));
      return { ...frame, original: { bytes, format, widthPx, heightPx } };
    },

    async fit({ source, sidePx }) {
      return (await openPicture(source, limits)).pixels(paddedSquare(sidePx));
    },

    async cut({ page, layout, framePx }) {
      const frames = split(page, layout).map((rect) => crop(page, rect));
      return {
        page: await encodePng(page),
        frames: await Promise.all(
          frames.map(async (frame) => encodePng(await toSquare(frame, framePx))),
        ),
      };
    },

    encode: ({ picture }) => encodePng(picture),

    async split({ source, layout }) {
      const page = await (await openPicture(source, limits)).pixels();
      const found = layout ? { layout, certain: true } : detectLayout(page);
      const frames = split(page, found.layout).map((rect) => crop(page, rect));
      return { ...found, frames: await Promise.all(frames.map(encodePng)) };
    },

    async compose({ sources, layout, cellPx }, options) {
      const frames: Raster[] = [];
      let sidePx = cellPx;
      for (const source of sources) {
        options?.signal?.throwIfAborted();
        const picture = await openPicture(source, limits);
        sidePx ??= Math.max(picture.widthPx, picture.heightPx);
        const [widthPx, heightPx] = [sidePx * layout.columns, sidePx * layout.rows];
        if (widthPx * heightPx > limits.pixels)
          throw new PictureError(
            "too_large",
            `the page would have ${widthPx} × ${heightPx} px, at most ${limits.pixels / 1e6} million pixels are made; ask for a smaller cell`,
          );
        frames.push(await picture.pixels(paddedSquare(sidePx)));
      }
      return encodePng(compose(layout, frames));
    },

    async typeset({ texts, ...options }) {
      const drawn = [];
      for (const text of texts) drawn.push(await encodePng(await typeset(text, options)));
      return { texts: drawn, missing: await missingLetters(texts) };
    },

    async animate({ frames, sidePx, format }) {
      const pictures: Raster[] = [];
      for (const { source } of frames)
        pictures.push(await (await openPicture(source, limits)).pixels(paddedSquare(sidePx)));
      const captions = frames.map(({ caption }) => caption);
      const delaysMs = frames.map(({ delayMs }) => delayMs);
      return {
        bytes: await animate({ pictures, captions, delaysMs }, format),
        missing: await missingLetters(captions),
      };
    },

    async previews({ sources, sidePx, quality }, options) {
      const previews: Uint8Array[] = [];
      for (const source of sources) {
        options?.signal?.throwIfAborted();
        const picture = await openPicture(source, limits);
        const size = { width: sidePx, height: sidePx, fit: "inside", kernel: "lanczos3" } as const;
        previews.push(await encodeJpeg(await picture.pixels(size), quality));
      }
      return previews;
    },
  };
}

/** The whole picture in a square, white where it does not reach. */
function paddedSquare(sidePx: number): ResizeOptions {
  return { width: sidePx, height: sidePx, fit: "contain", background: "white", kernel: "lanczos3" };
}
