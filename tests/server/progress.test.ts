import { reportProgress } from "#src/server/progress.js";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function recorder() {
  const sent: { progress: number; total: number; message: string }[] = [];
  const reporter = reportProgress(async (params) => void sent.push(params));
  return { sent, reporter };
}

test("says something at least every five seconds, and the number always rises", () => {
  const { sent, reporter } = recorder();
  vi.advanceTimersByTime(5000);
  expect(sent).toHaveLength(1);
  reporter.report({ fraction: 0.5, message: "painting" });
  vi.advanceTimersByTime(21_000);
  reporter.stop();
  expect(sent.length).toBeGreaterThanOrEqual(6);
  const numbers = sent.map(({ progress }) => progress);
  expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
  expect(sent.at(-1)?.message).toBe("painting");
});

test("a report that is no further is sent for what it says, once", () => {
  const { sent, reporter } = recorder();
  reporter.report({ fraction: 0.4, message: "painting" });
  for (const fraction of [0.2, 0.4]) reporter.report({ fraction, message: "developing" });
  reporter.stop();
  expect(sent.map(({ message }) => message)).toEqual(["painting", "developing"]);
  expect(sent[0]!.progress).toBe(40);
  expect(sent[1]!.progress).toBeGreaterThan(40);
  expect(sent[1]!.progress).toBeLessThan(40.1);
});

test("whom a page waits for is said at once, before anything is done", () => {
  const { sent, reporter } = recorder();
  reporter.report({ fraction: 0, message: "waiting for the model" });
  reporter.stop();
  expect(sent.map(({ message }) => message)).toEqual(["waiting for the model"]);
});

test("says nothing after its end", () => {
  const { sent, reporter } = recorder();
  reporter.stop();
  reporter.report({ fraction: 0.5, message: "painting" });
  vi.advanceTimersByTime(60_000);
  expect(sent).toEqual([]);
});

test("a client that is gone is no error", async () => {
  const reporter = reportProgress(() => Promise.reject(new Error("Not connected")));
  reporter.report({ fraction: 0.1, message: "painting" });
  reporter.stop();
  await vi.runAllTimersAsync();
});
