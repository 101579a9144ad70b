// GGUF's blocks as the runtime's product of matrices wants them: quants, scales and zero points in arrays
// of their own, blocks of 32, value = (quant − zero point) · scale. Q8_0 and Q4_0 come out exactly. Q4_K
// keeps its quants, and its minimum, min = zero point · scale, is off by half a float32's last digit.
import type { BlockType } from "../gguf.js";
import { toFloats } from "../floats.js";

export interface Blocks {
  bits: 4 | 8;
  quants: Uint8Array;
  scales: Float32Array;
  /** absent: 2^(bits − 1) everywhere */
  zeroPoints?: Float32Array;
}

const BLOCK = 32;

export const blockBits = { Q8_0: 8, Q4_0: 4, Q4_K: 4 } as const satisfies Record<BlockType, 4 | 8>;

/** @param raw - whole blocks, as they lie in the file */
export function unpackBlocks(type: BlockType, raw: Uint8Array): Blocks {
  return unpack[type](raw);
}

/** The numbers that blocks stand for. */
export function blockValues({ bits, quants, scales, zeroPoints }: Blocks): Float32Array {
  const values = new Float32Array(scales.length * BLOCK);
  for (let i = 0; i < values.length; i++) {
    const block = Math.floor(i / BLOCK);
    const quant = bits === 8 ? quants[i]! : (quants[i >> 1]! >> (4 * (i & 1))) & 15;
    values[i] = (quant - (zeroPoints?.[block] ?? 2 ** (bits - 1))) * scales[block]!;
  }
  return values;
}

const unpack: Record<BlockType, (raw: Uint8Array) => Blocks> = {
  /** a scale, and 32 signed bytes */
  Q8_0(raw) {
    const count = raw.length / 34;
    const quants = new Uint8Array(BLOCK * count);
    for (let b = 0; b < count; b++)
      for (let i = 0; i < BLOCK; i++) quants[BLOCK * b + i] = raw[34 * b + 2 + i]! ^ 0x80;
    return { bits: 8, quants, scales: halves(raw, 34, 0) };
  },
  /** a scale, and 16 bytes whose lower halves come before the upper ones */
  Q4_0(raw) {
    const count = raw.length / 18;
    const quants = new Uint8Array(16 * count);
    for (let b = 0; b < count; b++) {
      const packed = raw.subarray(18 * b + 2, 18 * b + 18);
      pair(packed, 0, quants, 16 * b, 8);
      pair(packed, 4, quants, 16 * b + 8, 8);
    }
    return { bits: 4, quants, scales: halves(raw, 18, 0) };
  },
  /** eight blocks that share a scale of their scales and one of their minimums, 6 bits each */
  Q4_K(raw) {
    const count = raw.length / 144;
    const [factors, minFactors] = [halves(raw, 144, 0), halves(raw, 144, 2)];
    const quants = new Uint8Array(128 * count);
    const scales = new Float32Array(8 * count);
    const zeroPoints = new Float32Array(8 * count);
    for (let b = 0; b < count; b++)
      for (let sub = 0; sub < 8; sub++) {
        const [scale, min] = sixBits(raw, 144 * b + 4, sub);
        const at = 8 * b + sub;
        scales[at] = factors[b]! * scale;
        const minimum = minFactors[b]! * min;
        if (scales[at] === 0) {
          scales[at] = minimum; // all quants 0, and (0 − 1) · min is the value
          zeroPoints[at] = 1;
          continue;
        }
        zeroPoints[at] = minimum / scales[at]!;
        const packed = raw.subarray(144 * b + 16 + 32 * (sub >> 1), 144 * b + 48 + 32 * (sub >> 1));
        pair(packed, 4 * (sub & 1), quants, 16 * at, 16);
      }
    return { bits: 4, quants, scales, zeroPoints };
  },
};

/** The halves of neighbouring bytes, from bit `shift` on, together in one. */
function pair(
  packed: Uint8Array,
  shift: number,
  into: Uint8Array,
  at: number,
  count: number,
): void {
  for (let i = 0; i < count; i++)
    into[at + i] = ((packed[2 * i]! >> shift) & 15) | (((packed[2 * i + 1]! >> shift) & 15) << 4);
}

/** Scale and minimum of one of eight blocks, out of 12 bytes: four of each plain, the rest in their upper bits. */
function sixBits(raw: Uint8Array, at: number, sub: number): [scale: number, min: number] {
  if (sub < 4) return [raw[at + sub]! & 63, raw[at + sub + 4]! & 63];
  const low = raw[at + sub + 4]!;
  return [(low & 15) | ((raw[at + sub - 4]! >> 6) << 4), (low >> 4) | ((raw[at + sub]! >> 6) << 4)];
}

/** The half-precision number at `first` of every `stride` bytes. */
function halves(raw: Uint8Array, stride: number, first: number): Float32Array {
  const bits = Uint16Array.from({ length: raw.length / stride }, (_, b) => {
    const at = stride * b + first;
    return raw[at]! | (raw[at + 1]! << 8);
  });
  return toFloats("F16", bits.buffer);
}
