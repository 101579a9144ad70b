// What two pictures are compared by where steps are placed. ProcessMaker looks with DINO, a network of its
// own; here colours and edges of small patches are counted, which needs no weights and says enough of
// drawings that grow: the patches are DINO's patches, a coarse map of their means its global feature.
import type { Raster } from "../raster.js";

export interface PictureFeatures {
  whole: Float32Array;
  patches: Float32Array[];
}

/** The side of the picture that is looked at, of a patch, and of the map, whose cells hold 4 x 4 patches. */
export const THUMBNAIL_PX = 128;
const PATCH_PX = 8;
const MAP = 4;

const PATCHES = THUMBNAIL_PX / PATCH_PX;

/** What a patch is told by: a constant, so that a cosine tells bright from dark; 3 colours; 2 edges. */
const LENGTH = 6;
const CONSTANT = 2;
const EDGES = 6;

/** @param thumbnail - of `THUMBNAIL_PX` */
export function featuresOf(thumbnail: Raster): PictureFeatures {
  const patches = Array.from({ length: PATCHES ** 2 }, (_, i) =>
    patchFeatures(thumbnail, PATCH_PX * (i % PATCHES), PATCH_PX * Math.floor(i / PATCHES)),
  );
  const whole = new Float32Array(LENGTH * MAP ** 2);
  patches.forEach((patch, i) => {
    const row = Math.floor((Math.floor(i / PATCHES) * MAP) / PATCHES);
    const column = Math.floor(((i % PATCHES) * MAP) / PATCHES);
    patch.forEach((value, k) => (whole[LENGTH * (MAP * row + column) + k]! += value));
  });
  return { whole, patches };
}

/** Colours from −1 to 1; edges by their root, so that a pale line counts beside a black one. */
function patchFeatures({ width, height, data }: Raster, left: number, top: number): Float32Array {
  const colors = [0, 0, 0];
  let [across, down] = [0, 0];
  for (let y = top; y < top + PATCH_PX; y++)
    for (let x = left; x < left + PATCH_PX; x++)
      for (let color = 0; color < 3; color++) {
        const at = 3 * (y * width + x) + color;
        const value = data[at]!;
        colors[color]! += value;
        if (x + 1 < width) across += Math.abs(data[at + 3]! - value);
        if (y + 1 < height) down += Math.abs(data[at + 3 * width]! - value);
      }
  const edge = (sum: number) => EDGES * Math.sqrt(sum / (3 * 255 * PATCH_PX ** 2));
  const color = (sum: number) => sum / (127.5 * PATCH_PX ** 2) - 1;
  return Float32Array.of(CONSTANT, ...colors.map(color), edge(across), edge(down));
}
