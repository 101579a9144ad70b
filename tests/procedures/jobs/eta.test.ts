import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Eta, type Clock } from "#src/procedures/jobs/eta.js";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

test.each([1, 3])("of %d pages, nothing is foretold from less than a step", (pages) => {
  const eta = new Eta();
  const clock: Clock = { startedAtMs: performance.now() };
  const leftAt = (ofAPage: number) => eta.leftMs("generate", pages, ofAPage / pages, clock);
  expect(leftAt(0.15)).toBeUndefined();
  vi.advanceTimersByTime(400);
  expect(leftAt(0.151)).toBeUndefined();
  vi.advanceTimersByTime(600);
  expect(leftAt(0.2)).toBeCloseTo(20_000 * (pages - 0.2), 3);
});
