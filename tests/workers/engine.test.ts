// The real engine with the embedded model: when it ends, and when it waits.
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { packageRoot } from "#src/config.js";
import { createEngineHost, type EngineHost, type EngineOptions } from "#src/workers/engine.js";
import type { PaintRequest } from "#src/workers/records.js";
import { weightsBytes } from "#src/workers/weights-size.js";
import { afterEach, describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";

const lockDir = path.join(temporaryFolder(), "locks");
const modelDir = path.join(packageRoot(), "models", "embedded");
const page: PaintRequest = {
  modelDir,
  prompt: "2*2 of 4 sub-images, sketch, a red rocket",
  widthPx: 192,
  heightPx: 192,
  domains: [{ b: 5, weight: 1 }],
  loras: [],
  seed: 1,
  steps: 2,
  guidance: 1,
  maskPadding: false,
  known: [],
};

/** Processes take their time to start on a busy machine. */
const SOON = { timeout: 30_000 };
const hosts: EngineHost[] = [];
function createHost(options: EngineOptions = {}): EngineHost {
  const host = createEngineHost({ threads: 1, lockDir, ...options });
  hosts.push(host);
  return host;
}
afterEach(() => Promise.all(hosts.splice(0).map((host) => host.close())));

describe("an engine", () => {
  test("ends when nothing was asked of it for a while, and starts again", async () => {
    const host = createHost({ idleMs: 300 });
    await host.paint(page);
    const first = host.pid;
    expect(await host.state()).toMatchObject({ doing: "resting", pid: first, variant: "cpu" });
    await expect.poll(() => host.pid, SOON).toBeUndefined();
    expect(await host.state()).toEqual({ doing: "off", variant: "cpu" });
    await host.paint(page);
    expect(host.pid).not.toBe(first);
  });

  test("ends when it is asked to, unless it paints, and tells what it takes", async () => {
    const host = createHost();
    const painting = host.paint({ ...page, steps: 8 });
    expect(await host.rest()).toBe(false);
    expect((await host.state()).doing).toBe("painting");
    await painting;
    const { memoryBytes } = await host.state();
    if (process.platform !== "win32") expect(memoryBytes).toBeGreaterThan(50e6);
    expect(await host.rest()).toBe(true);
    expect(host.pid).toBeUndefined();
    expect(await host.rest()).toBe(true);
  });

  test("with a small model waits for nobody", async () => {
    const [first, second] = [createHost(), createHost()];
    await first.paint(page);
    await second.paint(page, { onWait: () => expect.unreachable("nobody has to wait") });
    expect([first.pid, second.pid]).not.toContain(undefined);
  });
});

describe("a large model", () => {
  const large = { largeModelBytes: 0 };

  test("is held by one engine at a time: the next one says whom it waits for, the first gives way", async () => {
    const [first, second] = [createHost(large), createHost(large)];
    await first.paint(page);
    const order: string[] = [];
    const held = first.paint({ ...page, steps: 6 }).then(() => order.push("first"));
    let waitsFor: number | undefined;
    const waiting = second
      .paint(page, { onWait: (pid) => (waitsFor = pid) })
      .then(() => order.push("second"));
    await expect.poll(() => waitsFor, SOON).toBe(process.pid);
    expect(await second.state()).toEqual({ doing: "waiting", waitsFor: process.pid });
    expect(await second.rest()).toBe(false);
    await Promise.all([held, waiting]);
    expect(order).toEqual(["first", "second"]);
    expect(first.pid).toBeUndefined();
    await first.paint(page);
    expect(second.pid).toBeUndefined();
  });

  test("is given up by an engine that rests as soon as another one waits", async () => {
    const [first, second] = [createHost(large), createHost(large)];
    await first.paint(page);
    await sleep(100);
    await second.paint(page);
    expect(first.pid).toBeUndefined();
  });

  test("is not given up between the pages of one work", async () => {
    const [first, second] = [createHost(large), createHost(large)];
    await first.paint(page, { more: true });
    const pid = first.pid;
    let isPainted = false;
    const waiting = second.paint(page).then(() => (isPainted = true));
    await sleep(1500);
    expect(first.pid).toBe(pid);
    await first.paint(page);
    expect(isPainted).toBe(false);
    await waiting;
  });

  test("is not waited for after a cancel, nor by an engine that is closed", async () => {
    const [first, second, third] = [createHost(large), createHost(large), createHost(large)];
    await first.paint(page, { more: true });
    const controller = new AbortController();
    const cancelled = second.paint(page, { signal: controller.signal });
    const closed = third.paint(page);
    const outcomes = Promise.allSettled([cancelled, closed]);
    await sleep(300);
    controller.abort();
    await third.close();
    expect(await outcomes).toMatchObject([
      { status: "rejected", reason: { code: "cancelled" } },
      { status: "rejected" },
    ]);
  });

  test("weighs what its weights do", async () => {
    expect(await weightsBytes(modelDir)).toBeGreaterThan(40e6);
    expect(await weightsBytes(temporaryFolder())).toBe(0);
    expect(await weightsBytes("/nowhere")).toBe(0);
  });
});
