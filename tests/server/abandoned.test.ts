// A client that dies, by the hand of the system or of a person, takes its ends of all three pipes along.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";
import { bin, childrenOf } from "./session.js";

const home = temporaryFolder();
const script = fileURLToPath(new URL("fixtures/client.mjs", import.meta.url));
const env = { ...process.env, MAKEANYTHING_HOME: home, MAKEANYTHING_THREADS: "1" };

/** A client whose server is painting. */
async function start(...flags: string[]): Promise<{ client: ChildProcess; server: number }> {
  const client = spawn(process.execPath, [script, bin, "serve", ...flags], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(client.stdout!, "data")) as [Buffer];
  return { client, server: Number.parseInt(line.toString(), 10) };
}

async function whileAlive(pids: readonly number[], patienceMs: number): Promise<number[]> {
  const deadline = performance.now() + patienceMs;
  const alive = () => pids.filter((pid) => !["Z", undefined].includes(statOf(pid)?.[0]));
  while (alive().length > 0 && performance.now() < deadline) await sleep(50);
  return alive();
}

/** What a process has used of the processors, in clock ticks (10 ms). */
function ticks(pid: number): number {
  const [user, system] = statOf(pid)?.slice(11, 13) ?? [];
  return Number(user) + Number(system);
}

/** From its state on: Z is one that has ended and that nobody has asked about yet. */
function statOf(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.replace(/^.*\) /s, "").split(" ");
  } catch {
    return undefined;
  }
}

describe.skipIf(process.platform !== "linux")(
  "a server whose client was killed (Linux: /proc)",
  () => {
    test.each(["silent", "trace"])(
      "is gone at once, with its children, logging at %s",
      async (level) => {
        const { client, server } = await start("--log-level", level);
        const pids = [server, ...childrenOf(server).values()];
        expect(pids.length).toBeGreaterThan(1);
        client.kill("SIGKILL");
        expect(await whileAlive(pids, 5000)).toEqual([]);
      },
    );

    test("leaves no child when it is killed together with its client", async () => {
      const { client, server } = await start();
      const children = [...childrenOf(server).values()];
      process.kill(server, "SIGKILL");
      client.kill("SIGKILL");
      expect(await whileAlive(children, 5000)).toEqual([]);
    });
  },
);

describe.skipIf(process.platform !== "linux")("a server that nobody hears (Linux: /proc)", () => {
  test("does not spin while its input is held open, and ends at the first answer", async () => {
    const server = spawn(process.execPath, [bin, "serve"], { env, stdio: "pipe" });
    const ask = (id: number, method: string, params = {}) =>
      server.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
    ask(0, "initialize", {
      protocolVersion: "2025-11-25",
      capabilities: {},
      clientInfo: { name: "deaf", version: "1" },
    });
    await once(server.stdout, "data");
    server.stdout.destroy();
    server.stderr.destroy();
    await sleep(500);
    const before = ticks(server.pid!);
    await sleep(1000);
    expect(ticks(server.pid!) - before).toBeLessThan(20);
    const ended = once(server, "exit");
    ask(1, "ping");
    expect(await Promise.race([ended, sleep(5000, "still there")])).not.toBe("still there");
  });
});
