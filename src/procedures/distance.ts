// How far two pictures are from each other, pixel by pixel.
import type { Raster } from "../raster.js";
import type { Frame, PictureOperations } from "../workers/index.js";

/** Mean absolute difference of two pictures of one size, 0 … 255. */
export function meanDistance(a: Raster, b: Raster): number {
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += Math.abs((a.data[i] ?? 0) - (b.data[i] ?? 0));
  return sum / a.data.length;
}

/** Of two new frames the one that differs more from the neighbour it stands beside. */
export async function keepFarther(
  pictures: Pick<PictureOperations, "fit">,
  [first, second]: readonly [Frame, Frame],
  [before, after]: readonly [Uint8Array, Uint8Array],
  sidePx: number,
): Promise<Frame> {
  const decode = (png: Uint8Array) => pictures.fit({ source: { bytes: png }, sidePx });
  const fromBefore = meanDistance(await decode(first.png), await decode(before));
  const fromAfter = meanDistance(await decode(second.png), await decode(after));
  return fromBefore < fromAfter ? second : first;
}
