// How far two frames are from each other: as pixels, and as the classifier sees them.
import { cosineDistance, meanDistance, partsDistance } from "../../procedures/index.js";
import type { Raster } from "../../raster.js";
import type { Look } from "../classifier/index.js";

/** A frame, and what the classifier sees in it. */
export interface SeenFrame {
  frame: Raster;
  look: Look;
}

/** What pixels count where both frames are of one stage. */
const SAME_STAGE = 0.05;

/**
 * How much work lies between two frames: the pixels that differ, times the stages that lie between. Pixels
 * alone mistake a dish that is moved to the plate for another one, stages alone a standstill for work.
 */
export function workDistance(a: SeenFrame, b: SeenFrame): number {
  const stages = Math.abs(a.look.progress - b.look.progress);
  return meanDistance(a.frame, b.frame) * (SAME_STAGE + stages);
}

/**
 * ProcessMaker's frame distance, with its two weights for pictures (0.6 and 0.2) brought to a sum of 1,
 * since frames here have no texts of their own.
 */
const WHOLE = 0.75;

/** 0 … 2: of the whole frames, and of each part to the part of the other frame that is most like it. */
export function featureDistance(a: Look, b: Look): number {
  const whole = cosineDistance(a.features, b.features);
  return WHOLE * whole + (1 - WHOLE) * partsDistance(a.patches, b.patches);
}

/** Peak signal-to-noise ratio of pictures to others, all pixels together, in dB; 100 where nothing differs. */
export function psnr(pictures: readonly Raster[], others: readonly Raster[]): number {
  let [squares, count] = [0, 0];
  pictures.forEach(({ data }, picture) => {
    const other = others[picture]!.data;
    data.forEach((value, i) => (squares += (value - other[i]!) ** 2));
    count += data.length;
  });
  return Math.min(100, 10 * Math.log10(255 ** 2 / (squares / count)));
}
