import { BEGIN, estimate, Pace } from "#src/workers/pace.js";
import * as fc from "fast-check";
import { expect, test } from "vitest";

const patience = { startMs: 1, loadMs: 600, firstStepMs: 300, nextStepMs: 10 };
const at = (phase: string, step: number, steps = 4) => ({ phase, step, steps });

test("silence may last ten times the slowest step of its kind, the load apart", () => {
  const pace = new Pace(patience);
  expect(pace.deadlineMs("page", BEGIN)).toBe(600);
  expect(pace.deadlineMs("page", at("sample", 0))).toBe(300);
  pace.record("page", at("sample", 0), 50);
  pace.record("page", at("sample", 1), 40);
  pace.record("page", BEGIN, 20);
  expect(pace.deadlineMs("page", at("sample", 2))).toBe(500);
  expect(pace.deadlineMs("page", BEGIN)).toBe(600);
  pace.record("page", BEGIN, 700);
  expect(pace.deadlineMs("page", BEGIN)).toBe(7000);
});

test("a step seen to be quick still gets the least patience, one of another kind is not known", () => {
  const pace = new Pace(patience);
  pace.record("page", at("sample", 0), 0.1);
  expect(pace.deadlineMs("page", at("sample", 1))).toBe(10);
  expect(pace.deadlineMs("larger page", at("sample", 1))).toBe(300);
  expect(pace.deadlineMs("page", at("sample", 4))).toBe(300);
});

test("a step is expected to take as long as the last one", () => {
  const pace = new Pace(patience);
  expect(pace.expectedMs("page", at("sample", 0))).toBeUndefined();
  pace.record("page", at("sample", 0), 50);
  pace.record("page", at("sample", 1), 40);
  expect(pace.expectedMs("page", at("sample", 2))).toBe(40);
});

test("estimates only grow and never pass the next step", () => {
  const ms = fc.double({ min: 0, max: 1e9, noNaN: true });
  const expected = fc.double({ min: 0.01, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(ms, ms, expected, fc.integer({ min: 0, max: 4 }), (a, b, expectedMs, step) => {
      const [early, late] = [Math.min(a, b), Math.max(a, b)].map(
        (elapsed) => estimate(at("sample", step), elapsed, expectedMs).step,
      );
      expect(early).toBeGreaterThanOrEqual(step);
      expect(late).toBeGreaterThanOrEqual(early!);
      expect(late).toBeLessThanOrEqual(Math.min(step + 1, 4));
    }),
  );
  expect(estimate(at("sample", 1), 50, 100)).toEqual(at("sample", 1.5));
});
