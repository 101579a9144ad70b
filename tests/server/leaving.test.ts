import { watchLeaving } from "#src/server/leaving.js";
import { expect, test } from "vitest";

async function leave(reason: unknown, isConnected = true) {
  const controller = new AbortController();
  const { signal, stop } = watchLeaving(controller.signal, () => isConnected);
  expect([signal.aborted, stop.aborted]).toEqual([false, false]);
  controller.abort(reason);
  await Promise.resolve();
  return { isGone: signal.aborted, isStopped: stop.aborted };
}

test.each([
  ["a person's cancel", "User pressed escape", true],
  ["a cancel without a reason", undefined, true],
  ["the time-out of an SDK client", "McpError: MCP error -32001: Request timed out", false],
  ["another client's time-out", "request timeout after 60 s", false],
])("%s: the answer is not waited for, and the work stops or not", async (_, reason, isStopped) => {
  expect(await leave(reason)).toEqual({ isGone: true, isStopped });
});

test("a client that is gone stops nothing", async () => {
  expect(await leave(undefined, false)).toEqual({ isGone: true, isStopped: false });
});

test("a connection that is let go of right after its requests were aborted is gone", async () => {
  let isConnected = true;
  const controller = new AbortController();
  const { signal, stop } = watchLeaving(controller.signal, () => isConnected);
  controller.abort();
  isConnected = false;
  await Promise.resolve();
  expect([signal.aborted, stop.aborted]).toEqual([true, false]);
});

test("a request that was cancelled before it was looked at is cancelled", async () => {
  const { signal, stop } = watchLeaving(AbortSignal.abort("no"), () => true);
  await Promise.resolve();
  expect([signal.aborted, stop.aborted]).toEqual([true, true]);
});

test("the stop is known when the leaving is", async () => {
  const controller = new AbortController();
  const { signal, stop } = watchLeaving(controller.signal, () => true);
  let known: boolean | undefined;
  signal.addEventListener("abort", () => (known = stop.aborted));
  controller.abort("no");
  await Promise.resolve();
  expect(known).toBe(true);
});
