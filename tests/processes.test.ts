import { spawn } from "node:child_process";
import { once } from "node:events";
import { FRESH_MS, isRunning, ownMark, residentBytes } from "#src/processes.js";
import { describe, expect, test } from "vitest";

const now = () => Date.now();
const longAgo = () => Date.now() - 2 * FRESH_MS;

describe("a process", () => {
  test("runs, whatever its file's age, as long as it does", async () => {
    expect(await isRunning(await ownMark(), longAgo())).toBe(process.platform !== "win32");
    expect(await isRunning(await ownMark(), now())).toBe(true);
  });

  test("that has ended does not run, however fresh its file", async () => {
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    await once(child, "spawn");
    const { started: _, ...mark } = { ...(await ownMark()), pid: child.pid! };
    expect(await isRunning(mark, now())).toBe(true);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(await isRunning(mark, now())).toBe(false);
  });

  test("that has another's number is not that one", async () => {
    if (process.platform === "win32") return;
    const mark = { ...(await ownMark()), pid: process.ppid };
    expect(await isRunning(mark, now())).toBe(false);
  });

  test("elsewhere runs as long as its file is fresh", async () => {
    const mark = { ...(await ownMark()), place: "elsewhere" };
    expect(await isRunning(mark, now())).toBe(true);
    expect(await isRunning(mark, longAgo())).toBe(false);
  });

  test("takes memory", async () => {
    if (process.platform === "win32") return;
    expect(await residentBytes(process.pid)).toBeGreaterThan(10e6);
    expect(await residentBytes(4_194_305)).toBeUndefined();
  });
});
