import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, rm, symlink, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { ModelLock } from "#src/workers/model-lock.js";
import { beforeEach, describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";

const root = temporaryFolder();
const model = path.join(root, "model");
/** Processes take their time to start on a busy machine. */
const SOON = { timeout: 30_000 };
let dir: string;
let made = 0;
beforeEach(async () => {
  await mkdir(model, { recursive: true });
  dir = path.join(root, `locks-${made++}`);
});

const open = () => ModelLock.open(dir, model);

function startHolder(...args: string[]) {
  const script = fileURLToPath(new URL("./fixtures/holder.mjs", import.meta.url));
  return spawn(process.execPath, [script, dir, model, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

describe("a model's lock", () => {
  test("is held by one at a time, who hears that another one waits, and who is told whom it waits for", async () => {
    const [first, second] = [await open(), await open()];
    await first.take();
    expect(await first.isWanted()).toBe(false);
    const waitsFor: number[] = [];
    let isTaken = false;
    const taking = second.take({ onWait: (pid) => waitsFor.push(pid) }).then(() => {
      isTaken = true;
    });
    await expect.poll(() => first.isWanted(), SOON).toBe(true);
    expect(isTaken).toBe(false);
    expect(waitsFor[0]).toBe(process.pid);
    await first.release();
    await taking;
    expect(await second.isWanted()).toBe(false);
    await second.release();
    await first.take();
    await first.release();
  });

  test("goes to whoever has waited longest, and not back to whoever gave way", async () => {
    const [first, second, third] = [await open(), await open(), await open()];
    await first.take();
    const order: string[] = [];
    const wait = (name: string, lock: ModelLock) => lock.take().then(() => order.push(name));
    const others = [wait("second", second)];
    await expect.poll(() => first.isWanted(), SOON).toBe(true);
    await sleep(20);
    others.push(wait("third", third));
    await sleep(300);
    await first.release();
    const again = wait("first", first);
    await others[0];
    await second.release();
    await others[1];
    await third.release();
    await again;
    expect(order).toEqual(["second", "third", "first"]);
  });

  test("of another model is another one, and of a link to a model the same", async () => {
    await mkdir(path.join(root, "other"), { recursive: true });
    const other = await ModelLock.open(dir, path.join(root, "other"));
    const first = await open();
    await first.take();
    await other.take();
    await rm(path.join(root, "link"), { force: true });
    await symlink(model, path.join(root, "link"));
    const linked = await ModelLock.open(dir, path.join(root, "link"));
    const taking = linked.take();
    await expect.poll(() => first.isWanted(), SOON).toBe(true);
    await first.release();
    await taking;
  });

  test("is not waited for any more after a cancel", async () => {
    const [first, second] = [await open(), await open()];
    await first.take();
    const controller = new AbortController();
    const taking = second.take({ signal: controller.signal });
    await expect.poll(() => first.isWanted(), SOON).toBe(true);
    controller.abort();
    await expect(taking).rejects.toMatchObject({ code: "cancelled" });
    expect(await first.isWanted()).toBe(false);
  });

  test("whose owner was killed is free", async () => {
    const holder = startHolder("1");
    await once(holder.stdout, "data");
    const lock = await open();
    let holderPid: number | undefined;
    const taking = lock.take({ onWait: (pid) => (holderPid = pid) });
    await expect.poll(() => holderPid, SOON).toBe(holder.pid);
    holder.kill("SIGKILL");
    await taking;
    const files = await readdir(dir);
    expect(files.filter((name) => name.endsWith(".held"))).toHaveLength(1);
  });

  test("is kept from nobody by one who waited and was killed, or sleeps", async () => {
    const first = await open();
    await first.take();
    const waiter = startHolder("1");
    await expect.poll(() => first.isWanted(), SOON).toBe(true);
    waiter.kill("SIGKILL");
    await expect.poll(() => first.isWanted(), SOON).toBe(false);
    const held = (await readdir(dir)).find((name) => name.endsWith(".held"))!;
    const asleep = path.join(dir, `${held.split(".")[0]}.asleep.waits`);
    await writeFile(asleep, await readFile(path.join(dir, held), "utf8"));
    expect(await first.isWanted()).toBe(true);
    const long = new Date(Date.now() - 60_000);
    await utimes(asleep, long, long);
    expect(await first.isWanted()).toBe(false);
    await first.release();
    await (await open()).take();
  });

  test("is never held twice, whoever comes and goes", async () => {
    const log = path.join(root, "log");
    await writeFile(log, "");
    const holders = Array.from({ length: 4 }, () => startHolder("6", log));
    const codes = await Promise.all(holders.map(async (holder) => (await once(holder, "exit"))[0]));
    expect(codes).toEqual([0, 0, 0, 0]);
    const lines = (await readFile(log, "utf8")).trimEnd().split("\n");
    expect(lines).toHaveLength(48);
    for (let i = 0; i < lines.length; i += 2)
      expect(lines[i + 1]).toBe(lines[i]!.replace("+", "-"));
  });

  test("is not looked for in a folder of somebody else", async () => {
    await writeFile(dir, "a file");
    await expect(open()).rejects.toThrow();
    await rm(dir);
    await symlink(root, dir);
    await expect(open()).rejects.toThrow(/not a folder of this user/);
  });
});
