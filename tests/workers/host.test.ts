import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Host, type HostOptions } from "#src/workers/host.js";
import type { Progress } from "#src/workers/protocol.js";
import { afterEach, describe, expect, test } from "vitest";

const fixture = (name: string) => new URL(`./fixtures/${name}`, import.meta.url);
const patient = { startMs: 20_000, loadMs: 20_000, firstStepMs: 20_000, nextStepMs: 20_000 };

const hosts: Host[] = [];
function createHost(options: Partial<HostOptions> = {}): Host {
  const host = new Host({
    entry: fixture("child.mjs"),
    name: "test",
    patience: patient,
    ...options,
  });
  hosts.push(host);
  return host;
}
afterEach(() => Promise.all(hosts.splice(0).map((host) => host.close())));

/** A zombie, dead but not yet noticed by its parent, is not alive. */
function isAlive(pid: number): boolean {
  const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
  return stdout !== "" && !stdout.startsWith("Z");
}

async function gone(pid: number, withinMs: number): Promise<boolean> {
  for (const end = Date.now() + withinMs; Date.now() < end; await sleep(20))
    if (!isAlive(pid)) return true;
  return false;
}

/** Resolves at the first report. */
function firstReport(): { seen: Promise<void>; onProgress: () => void } {
  const emitter = new EventEmitter();
  const seen = once(emitter, "report").then(() => {});
  return { seen, onProgress: () => emitter.emit("report") };
}

async function startParent(then: string): Promise<{ parent: ChildProcess; childPid: number }> {
  const script = fileURLToPath(fixture("parent.mjs"));
  const parent = spawn(process.execPath, [script, then], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(createInterface(parent.stdout!), "line");
  return { parent, childPid: Number(line) };
}

describe("a host", () => {
  test("starts no child before the first job, and keeps one for all", async () => {
    const host = createHost();
    expect(host.pid).toBeUndefined();
    const first = await host.run<number>("pid", {});
    expect(host.pid).toBe(first);
    expect(await host.run<number>("pid", {})).toBe(first);
    expect(first).not.toBe(process.pid);
  });

  test("carries bytes, undefined and nested records both ways", async () => {
    const request = { data: new Uint8Array([1, 2, 255]), nothing: undefined, deep: [{ a: 1.5 }] };
    expect(await createHost().run("echo", request)).toStrictEqual(request);
  });

  test("gives its child settings to start with", async () => {
    expect(await createHost({ settings: { threads: 2 } }).run("settings", {})).toEqual({
      threads: 2,
    });
  });

  test("does one job at a time, in order", async () => {
    const host = createHost();
    const ended: string[] = [];
    const job = (name: string, ms: number) =>
      host.run("sleep", { ms }).then(() => ended.push(name));
    await Promise.all([job("slow", 150), job("quick", 0), job("last", 0)]);
    expect(ended).toEqual(["slow", "quick", "last"]);
  });

  test("streams the child's progress, and moves between its reports without passing one", async () => {
    const host = createHost({ estimateMs: 20 });
    const reports: Progress[] = [];
    const onProgress = (progress: Progress) => reports.push(progress);
    await host.run("steps", { steps: 3, ms: 150 }, { onProgress });
    const steps = reports.filter(({ phase }) => phase === "sample").map(({ step }) => step);
    // On a busy machine an estimate may repeat the last report before the result comes.
    expect([...new Set(steps.filter(Number.isInteger))]).toEqual([0, 1, 2, 3]);
    expect(steps.length).toBeGreaterThan(8);
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
  });

  test("keeps code and message of the child's errors, and the child", async () => {
    const host = createHost();
    const pid = await host.run("pid", {});
    const request = { code: "bad_weights", message: "linear x: weight is [1, 2]" };
    await expect(host.run("fail", request)).rejects.toMatchObject(request);
    await expect(host.run("fail", { message: "no code" })).rejects.toMatchObject({
      code: "worker_error",
      message: "no code",
    });
    await expect(host.run("unclonable", {})).rejects.toThrow(/could not be cloned/);
    await expect(host.run("nonsense", {})).rejects.toThrow('no operation "nonsense"');
    expect(await host.run("pid", {})).toBe(pid);
  });

  test("refuses a request that cannot be cloned, and does the next job", async () => {
    const host = createHost();
    await expect(host.run("echo", () => {})).rejects.toThrow(/could not be cloned/);
    expect(await host.run("echo", 1)).toBe(1);
  });

  test("keeps the child's stdout to itself and cuts its stderr off", async () => {
    let log = "";
    const host = createHost({ onLog: (text) => (log += text) });
    await host.run("talk", { characters: 1_000_000 });
    expect(log).toMatch(/^x+$/);
    expect(log).toHaveLength(32_768);
  });
});

describe("a cancel", () => {
  test("is obeyed between steps, and the child stays", async () => {
    const host = createHost();
    const pid = await host.run("pid", {});
    const { seen, onProgress } = firstReport();
    const controller = new AbortController();
    const { signal } = controller;
    const job = host.run("steps", { steps: 1000, ms: 20 }, { signal, onProgress });
    await seen;
    controller.abort();
    await expect(job).rejects.toMatchObject({ code: "cancelled" });
    expect(await host.run("pid", {})).toBe(pid);
  });

  test("kills a child that is blocked after two seconds, and the next job finds a fresh one", async () => {
    const host = createHost();
    const { seen, onProgress } = firstReport();
    const controller = new AbortController();
    const { signal } = controller;
    const job = host.run("block", { ms: 100_000 }, { signal, onProgress });
    const queued = host.run("echo", "next");
    await seen;
    const pid = host.pid!;
    const from = performance.now();
    controller.abort();
    await expect(job).rejects.toMatchObject({ code: "cancelled" });
    expect(performance.now() - from).toBeGreaterThan(1900);
    expect(await queued).toBe("next");
    expect(isAlive(pid)).toBe(false);
  });

  test("of a queued job keeps it from starting, and leaves the others", async () => {
    const host = createHost();
    const controller = new AbortController();
    const running = host.run("sleep", { ms: 300 });
    const queued = host.run("die", { code: 1 }, { signal: controller.signal });
    const last = host.run("echo", "last");
    controller.abort();
    await expect(queued).rejects.toMatchObject({ code: "cancelled" });
    await running;
    expect(await last).toBe("last");
  });

  test("that came before the job starts nothing", async () => {
    const host = createHost();
    const job = host.run("echo", 1, { signal: AbortSignal.abort() });
    await expect(job).rejects.toMatchObject({ code: "cancelled" });
    expect(host.pid).toBeUndefined();
  });
});

describe("a child", () => {
  test.each([
    [{ signal: "SIGKILL" }, /signal SIGKILL.*fresh one/],
    [{ code: 7 }, /exit code 7.*fresh one/],
  ])("that dies in the middle (%j) costs its job alone", async (request, message) => {
    const host = createHost();
    const dying = host.run("die", request);
    const queued = host.run("echo", "queued");
    await expect(dying).rejects.toMatchObject({ code: "worker_died" });
    await expect(dying).rejects.toThrow(message);
    expect(await queued).toBe("queued");
  });

  test("that dies while idle is replaced", async () => {
    const host = createHost();
    const pid = await host.run<number>("pid", {});
    process.kill(pid, "SIGKILL");
    for (const end = Date.now() + 5000; host.pid && Date.now() < end;) await sleep(10);
    expect(await host.run("echo", 1)).toBe(1);
    expect(host.pid).not.toBe(pid);
  });

  test("that is killed while idle, the moment before a job comes, costs nothing", async () => {
    const host = createHost();
    const pid = await host.run<number>("pid", {});
    process.kill(pid, "SIGKILL");
    expect(await host.run("echo", 1)).toBe(1);
    expect(host.pid).not.toBe(pid);
  });

  test("that cannot start is an error of the job", async () => {
    const host = createHost({ entry: fixture("missing.mjs") });
    await expect(host.run("echo", 1)).rejects.toThrow(/exit code 1/);
  });

  test("that hangs in a step is killed and replaced", async () => {
    const patience = { ...patient, firstStepMs: 300 };
    const host = createHost({ patience, timeoutCode: "test_timeout" });
    const hanging = host.run("block", { ms: 100_000 });
    const queued = host.run("echo", "queued");
    const hung = expect(hanging).rejects;
    await hung.toMatchObject({ code: "test_timeout" });
    await expect(hanging).rejects.toThrow(/no answer for 0.3 s/);
    expect(await queued).toBe("queued");
  });

  test("that does not even acknowledge a job is killed and replaced", async () => {
    const host = createHost({ patience: { ...patient, startMs: 3000 } });
    const pid = await host.run<number>("pid", {});
    process.kill(pid, "SIGSTOP");
    await expect(host.run("echo", 1)).rejects.toMatchObject({ code: "worker_timeout" });
    expect(await host.run("echo", 2)).toBe(2);
  });

  test("ends with its host, which may be closed twice and does nothing afterwards", async () => {
    const host = createHost();
    const running = host.run("sleep", { ms: 100_000 });
    const queued = host.run("echo", 1);
    const outcomes = Promise.allSettled([running, queued]);
    const pid = host.pid!;
    await host.close();
    await host.close();
    expect(isAlive(pid)).toBe(false);
    const closed = { status: "rejected", reason: { code: "closed" } };
    expect(await outcomes).toMatchObject([closed, closed]);
    await expect(host.run("echo", 1)).rejects.toMatchObject({ code: "closed" });
  });
});

describe("a parent", () => {
  test("is not kept alive by an idle child, which ends with it", async () => {
    const { parent, childPid } = await startParent("end");
    if (parent.exitCode === null) await once(parent, "exit");
    expect(parent.exitCode).toBe(0);
    expect(await gone(childPid, 10_000)).toBe(true);
  });

  test.each(["idle", "blocked"])("that is killed leaves no child (%s)", async (then) => {
    const { parent, childPid } = await startParent(then);
    expect(isAlive(childPid)).toBe(true);
    parent.kill("SIGKILL");
    expect(await gone(childPid, 10_000)).toBe(true);
  });

  test("that gets a Ctrl-C decides for the child, which ignores it", async () => {
    const host = createHost();
    const pid = await host.run<number>("pid", {});
    process.kill(pid, "SIGINT");
    expect(await host.run("pid", {})).toBe(pid);
  });
});
