import fc from "fast-check";
import { expect, test } from "vitest";
import { blockValues, unpackBlocks } from "#src/engine/weights/convert/blocks.js";
import { toFloats } from "#src/engine/weights/floats.js";

const half = (raw: Uint8Array, at: number): number =>
  toFloats("F16", Uint16Array.of(raw[at]! | (raw[at + 1]! << 8)).buffer)[0]!;

/** ggml's own formulas, a value at a time. */
const reference = {
  Q8_0: (raw: Uint8Array) => (i: number) => half(raw, 0) * ((raw[2 + i]! << 24) >> 24),
  Q4_0: (raw: Uint8Array) => (i: number) => {
    const quant = i < 16 ? raw[2 + i]! & 15 : raw[2 + i - 16]! >> 4;
    return half(raw, 0) * (quant - 8);
  },
  Q4_K: (raw: Uint8Array) => (i: number) => {
    const [j, scales] = [Math.floor(i / 32), raw.subarray(4, 16)];
    const scale = j < 4 ? scales[j]! & 63 : (scales[j + 4]! & 15) | ((scales[j - 4]! >> 6) << 4);
    const min = j < 4 ? scales[j + 4]! & 63 : (scales[j + 4]! >> 4) | ((scales[j]! >> 6) << 4);
    const byte = raw[16 + 32 * Math.floor(j / 2) + (i % 32)]!;
    const quant = j % 2 === 0 ? byte & 15 : byte >> 4;
    return half(raw, 0) * scale * quant - half(raw, 2) * min;
  },
};

test.each([
  ["Q8_0", 34, 32, 0],
  ["Q4_0", 18, 32, 0],
  ["Q4_K", 144, 256, 2 ** -22],
] as const)("%s stands for the numbers that ggml reads", (type, bytes, elements, error) => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 2 * bytes, maxLength: 2 * bytes }), (raw) => {
      for (const at of [1, 3, bytes + 1, bytes + 3]) raw[at]! &= 0xbf; // finite scales
      const values = blockValues(unpackBlocks(type, raw));
      expect(values.length).toBe(2 * elements);
      values.forEach((value, i) => {
        const block = raw.subarray(bytes * Math.floor(i / elements));
        const expected = Math.fround(reference[type](block)(i % elements));
        const size =
          type === "Q4_K" ? Math.abs(half(block, 0)) * 945 + Math.abs(half(block, 2)) * 63 : 0;
        expect(Math.abs(value - expected)).toBeLessThanOrEqual(error * size);
      });
    }),
    { numRuns: 50 },
  );
});

test("a block of Q4_K without a scale is its minimum", () => {
  const raw = new Uint8Array(144).fill(0xff, 16);
  raw[2] = 0;
  raw[3] = 0x3c; // minimums are multiples of 1
  raw[8] = 5; // that of the first block
  const values = blockValues(unpackBlocks("Q4_K", raw));
  expect(values.slice(0, 32)).toEqual(new Float32Array(32).fill(-5));
  expect(values.slice(32).every((value) => Math.abs(value) === 0)).toBe(true);
});
