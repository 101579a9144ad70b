// True frames made worse as a generator's are, so that the classifier is fair to both: moved by some
// pixels, softened as by an autoencoder, blurred, off in tone, and with noise on it.
import type { Raster } from "../../raster.js";
import type { Random } from "../../world/index.js";

const SHIFT_PX = 4;
/** of three neighbours: 1/3 is their mean */
const BLUR = 0.33;
const SOFT = 0.9;
/** of the range −1…1 */
const TONE = 0.1;
const NOISE = 0.12;

/** A third of the frames stay as they are, but for their place. @returns planes in −1…1, [3, height, width] */
export function weaken(frame: Raster, random: Random): Float32Array {
  const planes = moved(frame, random.whole(-SHIFT_PX, SHIFT_PX), random.whole(-SHIFT_PX, SHIFT_PX));
  if (random.chance(1 / 3)) return planes;
  const { width, height } = frame;
  const pixels = width * height;
  const soft = random.chance(0.6) ? random.between(0, SOFT) : 0;
  const blur = random.between(0, BLUR);
  const rounds = random.whole(0, 3);
  const noise = random.chance(0.6) ? random.between(0, NOISE) : 0;
  for (let channel = 0; channel < 3; channel++) {
    const plane = planes.subarray(channel * pixels, (channel + 1) * pixels);
    if (soft > 0) soften(plane, width, height, soft);
    for (let round = 0; round < rounds; round++) {
      smooth(plane, 1, width, height, width, blur); // along rows
      smooth(plane, width, height, width, 1, blur); // along columns
    }
    const gain = 1 + random.between(-TONE, TONE);
    const offset = random.between(-TONE, TONE);
    for (let i = 0; i < pixels; i++)
      plane[i] = gain * plane[i]! + offset + noise * (random.next() + random.next() - 1);
  }
  return planes;
}

/** What leaves is cut off; the border pixels fill what comes in. */
function moved({ width, height, data }: Raster, right: number, down: number): Float32Array {
  const planes = new Float32Array(3 * width * height);
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at++) {
      const from = 3 * (inside(y - down, height) * width + inside(x - right, width));
      for (let channel = 0; channel < 3; channel++)
        planes[channel * width * height + at] = data[from + channel]! / 127.5 - 1;
    }
  return planes;
}

/** Goes a share of the way to the mean of every square of 2 x 2: small things melt into each other. */
function soften(plane: Float32Array, width: number, height: number, share: number): void {
  for (let y = 0; y + 1 < height; y += 2)
    for (let x = 0; x + 1 < width; x += 2) {
      const square = [0, 1, width, width + 1].map((step) => y * width + x + step);
      const mean = square.reduce((sum, at) => sum + plane[at]!, 0) / 4;
      for (const at of square) plane[at]! += share * (mean - plane[at]!);
    }
}

/** Each number takes a share of both its neighbours along lines of numbers that are `step` apart. */
function smooth(
  plane: Float32Array,
  step: number,
  lines: number,
  length: number,
  lineStep: number,
  share: number,
): void {
  for (let line = 0; line < lines; line++) {
    let before = plane[line * lineStep]!;
    for (let i = 0, at = line * lineStep; i < length; i++, at += step) {
      const here = plane[at]!;
      const after = i + 1 < length ? plane[at + step]! : here;
      plane[at] = here + share * (before + after - 2 * here);
      before = here;
    }
  }
}

const inside = (at: number, size: number): number => Math.min(size - 1, Math.max(0, at));
