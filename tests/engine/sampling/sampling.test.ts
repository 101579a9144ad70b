import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { randn } from "#src/engine/sampling/noise.js";
import { sample } from "#src/engine/sampling/sample.js";
import { schedule } from "#src/engine/sampling/schedule.js";
import { imageIds, pack, unpack } from "#src/engine/sampling/tokens.js";

test("times fall from 1 to 0, whatever the steps and the page", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 1, max: 20000 }),
      (n, tokens) => {
        const times = schedule(n, tokens);
        expect(times).toHaveLength(n + 1);
        expect([times[0], times.at(-1)]).toEqual([1, 0]);
        times.slice(1).forEach((t, i) => expect(t).toBeLessThan(times[i]!));
      },
    ),
  );
});

const latentSize = fc.record({
  channels: fc.integer({ min: 1, max: 16 }),
  height: fc.integer({ min: 1, max: 8 }).map((n) => 2 * n),
  width: fc.integer({ min: 1, max: 8 }).map((n) => 2 * n),
});

test("unpack(pack(x)) = x", () => {
  fc.assert(
    fc.property(latentSize, (size) => {
      const latents = Float32Array.from(
        { length: size.channels * size.height * size.width },
        (_, i) => i,
      );
      expect(unpack(pack(latents, size), size)).toEqual(latents);
    }),
  );
});

test("a token holds a patch of 2 x 2, channel-major, and its place", () => {
  const size = { channels: 2, height: 2, width: 4 };
  const latents = Float32Array.from({ length: 16 }, (_, i) => i); // [2, 2, 4]
  expect([...pack(latents, size)]).toEqual([0, 1, 4, 5, 8, 9, 12, 13, 2, 3, 6, 7, 10, 11, 14, 15]);
  expect([...imageIds(size)]).toEqual([0, 0, 0, 0, 0, 1]);
});

describe("noise", () => {
  test("depends on the seed's low 32 bits, as torch's does", () => {
    expect(randn(2 ** 32 + 5, 32)).toEqual(randn(5, 32));
    expect(randn(6, 32)).not.toEqual(randn(5, 32));
    expect(randn(Number.MAX_SAFE_INTEGER, 4)).toEqual(randn(2 ** 32 - 1, 4));
  });

  test("is standard normal", () => {
    const numbers = randn(1, 100_000);
    const mean = numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
    const variance = numbers.reduce((sum, x) => sum + x * x, 0) / numbers.length;
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(Math.abs(variance - 1)).toBeLessThan(0.02);
  });
});

describe("the loop", () => {
  const noise = Float32Array.of(1, 2, 3, 4);
  const times = schedule(5, 144);

  test("follows a constant velocity exactly", async () => {
    let last: Float32Array = noise;
    for await (const { x } of sample(async () => Float32Array.of(1, 1, 1, 1), noise, times))
      last = x;
    last.forEach((value, i) => expect(value).toBeCloseTo(noise[i]! - 1, 5));
  });

  test("shows known cells to the model at every step, and returns them untouched", async () => {
    const known = { mask: Uint8Array.of(0, 1, 0, 1), values: Float32Array.of(0, 0.25, 0, -0.5) };
    const seen: number[][] = [];
    let last: Float32Array = noise;
    const velocity = async (x: Float32Array) => {
      seen.push([x[1]!, x[3]!]);
      return Float32Array.of(1, 9, 1, 9);
    };
    for await (const { x } of sample(velocity, noise, times, known)) last = x;
    expect(seen).toEqual(Array.from({ length: 5 }, () => [0.25, -0.5]));
    expect([last[1], last[3]]).toEqual([0.25, -0.5]);
    expect(last[0]).toBeCloseTo(0, 5);
  });

  test("leaves the caller's noise as it was, and can be left at any step", async () => {
    const before = noise.slice();
    let calls = 0;
    const velocity = async () => (calls++, Float32Array.of(1, 1, 1, 1));
    for await (const { step } of sample(velocity, noise, times)) if (step === 2) break;
    expect(calls).toBe(2);
    expect(noise).toEqual(before);
  });
});
