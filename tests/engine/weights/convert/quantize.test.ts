import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { blockValues } from "#src/engine/weights/convert/blocks.js";
import { quantizeInto } from "#src/engine/weights/convert/quantize.js";
import { toFloats } from "#src/engine/weights/floats.js";

/** What is left of numbers after quantisation. */
function kept(bits: 4 | 8, values: Float32Array): { values: Float32Array; scales: Float32Array } {
  const blocks = values.length / 32;
  const quants = new Uint8Array((values.length * bits) / 8);
  const halves = new Uint16Array(blocks);
  quantizeInto({ bits, quants, scales: halves }, values, 0);
  const scales = toFloats("F16", halves.buffer);
  return { values: blockValues({ bits, quants, scales }), scales };
}

const lostRms = (bits: 4 | 8, values: Float32Array): number => {
  const found = kept(bits, values).values;
  const squares = (numbers: Float32Array) => numbers.reduce((sum, value) => sum + value ** 2, 0);
  return Math.sqrt(squares(values.map((value, i) => value - found[i]!)) / squares(values));
};

/** Normally distributed, from a small generator of its own. */
function normal(count: number): Float32Array {
  let state = 1;
  const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
  return Float32Array.from(
    { length: count },
    () => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random()),
  );
}

describe.each([4, 8] as const)("with %d bits", (bits) => {
  const zero = 2 ** (bits - 1);

  // Half precision keeps a scale to 2^-25 at best, which counts for every unit of a quant.
  test("no number is off by more than two of its block's scales", () => {
    const block = fc.array(fc.float({ min: -1000, max: 1000, noNaN: true }), {
      minLength: 64,
      maxLength: 64,
    });
    fc.assert(
      fc.property(block, (numbers) => {
        const values = Float32Array.from(numbers);
        const found = kept(bits, values);
        values.forEach((value, i) => {
          const scale = Math.abs(found.scales[Math.floor(i / 32)]!);
          expect(Math.abs(value - found.values[i]!)).toBeLessThanOrEqual(
            2 * scale + (zero + 1) * 2 ** -25,
          );
        });
      }),
    );
  });

  test("multiples of a scale come back as they were, and zeros as zeros", () => {
    const multiples = Float32Array.from({ length: 64 }, (_, i) =>
      i < 32 ? 0.25 * ((i % (2 * zero)) - zero) : 0,
    );
    multiples[0] = -0.25 * zero; // the outermost quant
    expect(kept(bits, multiples).values).toEqual(multiples);
  });

  test("a block goes where it belongs, and no other is touched", () => {
    const quants = new Uint8Array((3 * 32 * bits) / 8).fill(7);
    const scales = new Uint16Array(3).fill(7);
    quantizeInto({ bits, quants, scales }, new Float32Array(32).fill(1), 1);
    const bytes = (32 * bits) / 8;
    expect([...quants.subarray(0, bytes), ...quants.subarray(2 * bytes)]).toEqual(
      Array(2 * bytes).fill(7),
    );
    expect([scales[0], scales[2]]).toEqual([7, 7]);
  });
});

test("normally distributed weights lose 0.5 % in 8 bits and 8 % in 4", () => {
  const values = normal(1 << 16);
  expect(lostRms(8, values)).toBeCloseTo(0.005, 3);
  expect(lostRms(4, values)).toBeCloseTo(0.08, 2);
});

test("the fitted scale loses less than the one of the largest number", () => {
  const values = normal(1 << 14);
  let [byLargest, all] = [0, 0];
  for (let from = 0; from < values.length; from += 32) {
    const block = values.subarray(from, from + 32);
    const largest = block.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
    const scale = largest / -8;
    for (const value of block) {
      const quant = Math.max(-8, Math.min(7, Math.round(value / scale)));
      byLargest += (value - quant * scale) ** 2;
      all += value ** 2;
    }
  }
  expect(lostRms(4, values)).toBeLessThan(0.96 * Math.sqrt(byLargest / all));
});
