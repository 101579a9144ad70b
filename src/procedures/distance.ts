// How far two pictures are from each other: pixel by pixel, or as vectors of features.
import type { Raster } from "../raster.js";
import type { Frame, PictureOperations } from "../workers/index.js";

/** Mean absolute difference of two pictures of one size, 0 … 255. */
export function meanDistance(a: Raster, b: Raster): number {
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += Math.abs((a.data[i] ?? 0) - (b.data[i] ?? 0));
  return sum / a.data.length;
}

/** 1 − cos of two vectors, 0 … 2. */
export function cosineDistance(a: Float32Array, b: Float32Array): number {
  let [product, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    product += a[i]! * b[i]!;
    aa += a[i]! ** 2;
    bb += b[i]! ** 2;
  }
  return 1 - product / (Math.sqrt(aa * bb) || 1);
}

/** The mean of each part's distance to the part of the other picture that is most like it, both ways. */
export function partsDistance(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  return (nearestDistances(a, b) + nearestDistances(b, a)) / 2;
}

function nearestDistances(from: readonly Float32Array[], to: readonly Float32Array[]): number {
  const nearest = from.map((part) => Math.min(...to.map((other) => cosineDistance(part, other))));
  return nearest.reduce((sum, distance) => sum + distance, 0) / nearest.length;
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
