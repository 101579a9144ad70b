// What the picture child is asked and what it answers: plain serialisable records.
import type { Layout } from "../grid/index.js";
import type { Raster } from "../raster.js";

/**
 * Where a picture's bytes are. A path is opened by the picture child alone, which refuses a file that
 * lies outside the folders `within`, once it is open; each is given as the path it really has.
 */
export type PictureSource = { path: string; within?: readonly string[] } | { bytes: Uint8Array };

/** An encoded frame. */
export interface Frame {
  png: Uint8Array;
  widthPx: number;
  heightPx: number;
}

/** A picture as it came: the very bytes that were decoded, so that nobody need read them again. */
export interface OriginalPicture {
  bytes: Uint8Array;
  format: string;
  /** as people see it, after EXIF rotation */
  widthPx: number;
  heightPx: number;
}

export interface PictureOptions {
  /** ends the work, and the child where that does not help */
  signal?: AbortSignal | undefined;
}

export interface AnimationFrame {
  source: PictureSource;
  caption: string;
  delayMs: number;
}

/** What the picture child can be asked; every operation is one request and one answer. */
export interface PictureOperations {
  /** Decodes a hostile picture: EXIF rotation applied, alpha on white, white-padded to a square, at most `maxSidePx`. */
  open(
    request: { source: PictureSource; maxSidePx: number },
    options?: PictureOptions,
  ): Promise<Frame & { original: OriginalPicture }>;
  /** Scales a picture (Lanczos) to a square of `sidePx`. */
  fit(
    request: { source: PictureSource; sidePx: number },
    options?: PictureOptions,
  ): Promise<Raster>;
  /** Encodes a painted page and its frames, in the layout's order, each `framePx` square; cuts at dark seams. */
  cut(
    request: { page: Raster; layout: Layout; framePx: number },
    options?: PictureOptions,
  ): Promise<{
    page: Frame;
    frames: Frame[];
  }>;
  /** Encodes a picture of our own. */
  encode(request: { picture: Raster }, options?: PictureOptions): Promise<Frame>;
  /** Splits a page file; finds out 4 or 9 by itself where no layout is given. Frames keep their own pixels. */
  split(
    request: { source: PictureSource; layout?: Layout },
    options?: PictureOptions,
  ): Promise<{
    layout: Layout;
    /** false: the page does not tell its layout, and nine frames are a guess */
    certain: boolean;
    frames: Frame[];
  }>;
  /** Puts frames on one page, each white-padded to a square cell of the first frame's longer side (or `cellPx`). */
  compose(
    request: { sources: PictureSource[]; layout: Layout; cellPx?: number },
    options?: PictureOptions,
  ): Promise<Frame>;
  /** Draws texts in black on white, wrapped at a width. */
  typeset(
    request: { texts: string[]; widthPx: number; fontPx: number },
    options?: PictureOptions,
  ): Promise<{
    texts: Frame[];
    /** letters that no font of this machine has: boxes stand for them */
    missing: string;
  }>;
  /** Plays frames in order, for ever, each padded to a square with its caption below. */
  animate(
    request: { frames: AnimationFrame[]; sidePx: number; format: "gif" | "webp" },
    options?: PictureOptions,
  ): Promise<{
    bytes: Uint8Array;
    missing: string;
  }>;
  /** JPEG previews scaled (up or down) so that the longer side is `sidePx`; `quality` 1 … 100. */
  previews(
    request: { sources: PictureSource[]; sidePx: number; quality: number },
    options?: PictureOptions,
  ): Promise<Uint8Array[]>;
}
