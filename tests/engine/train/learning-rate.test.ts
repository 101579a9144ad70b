import fc from "fast-check";
import { expect, test } from "vitest";
import { learningRate } from "#src/engine/train/learning-rate.js";

const schedule = fc.constantFrom("constant" as const, "cosine" as const);

test("constant stays at the peak", () => {
  for (const step of [0, 5, 99, 1000])
    expect(learningRate(step, { schedule: "constant", peak: 3, steps: 100 })).toBe(3);
});

test("a warm-up rises in equal steps to the peak", () => {
  const rates = [0, 1, 2, 3, 4, 5].map((step) =>
    learningRate(step, { schedule: "constant", peak: 1, warmupSteps: 4, steps: 100 }),
  );
  expect(rates).toEqual([0.2, 0.4, 0.6, 0.8, 1, 1]);
});

test("a cosine is at the peak after the warm-up, at half of it in the middle, and ends at 0", () => {
  const at = (step: number) =>
    learningRate(step, { schedule: "cosine", peak: 2, warmupSteps: 10, steps: 110 });
  expect(at(10)).toBe(2);
  expect(at(60)).toBeCloseTo(1);
  expect(at(110)).toBe(0);
  expect(at(500)).toBe(0);
});

test("is always between 0 and the peak; above 0 while the run lasts", () => {
  const run = fc.record({
    schedule,
    peak: fc.double({ min: 1e-6, max: 10, noNaN: true }),
    warmupSteps: fc.nat(200),
    steps: fc.integer({ min: 1, max: 100_000 }),
  });
  fc.assert(
    fc.property(run, fc.nat(100_000), (options, at) => {
      const rate = learningRate(at % options.steps, options);
      expect(rate).toBeGreaterThan(0);
      expect(rate).toBeLessThanOrEqual(options.peak);
    }),
  );
});
