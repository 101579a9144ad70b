// Work, and `kill -9` in the middle of it: of the server, of a child, of all of them, at any instant. What
// can be read afterwards must be complete, and nothing may be left behind.
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createStore, type Store } from "#src/procedures/store.js";
import sharp from "sharp";
import { expect } from "vitest";
import { RawServer, resultOf } from "../server/raw-server.js";
import { childrenOf } from "../server/session.js";

export interface Tally {
  killed: Record<Victim, number>;
  /** procedures that were found whole, after one kill at least */
  whole: Set<string>;
  /** jobs that a restarted server found unfinished */
  interrupted: Set<string>;
}

type Victim = "server" | "engine-child" | "picture-child" | "all";

interface Made {
  procedure_id: string;
  status: string;
}

const VICTIMS: readonly Victim[] = ["server", "server", "engine-child", "picture-child", "all"];
/** Of the time that a round of work takes, from a cold start: by then half of them are over. */
const LONGEST = 2;
/** On a machine that has other work a round may take very long. */
const MOST_MS = 8000;
const ROCKET = { subject: "a red rocket", domain: "sketch", frames: 4, wait_seconds: 210 };
/** More than so many finished procedures are deleted, which is work too. */
const KEPT = 8;

export async function killOften(dataDir: string, instants: number): Promise<Tally> {
  const tally: Tally = {
    killed: { server: 0, "engine-child": 0, "picture-child": 0, all: 0 },
    whole: new Set(),
    interrupted: new Set(),
  };
  let server: RawServer | undefined = await start();
  const startedAt = performance.now();
  await workOnce(server);
  const longestMs = Math.min(MOST_MS, LONGEST * (performance.now() - startedAt));
  void keepBusy(server);

  for (let instant = 0; instant < instants; instant++) {
    if (server === undefined) {
      server = await start();
      void keepBusy(server);
    }
    await sleep(Math.random() * longestMs);
    const victim = VICTIMS[Math.floor(Math.random() * VICTIMS.length)]!;
    const family = childrenOf(server.process.pid!);
    const isFatal = victim === "server" || victim === "all";
    const pids = {
      server: [server.process.pid!],
      "engine-child": [family.get("engine-child")],
      "picture-child": [family.get("picture-child")],
      all: [server.process.pid!, ...family.values()],
    }[victim];
    for (const pid of pids) if (pid !== undefined) kill(pid);
    tally.killed[victim]++;
    if (isFatal) {
      await untilGone([server.process.pid!, ...family.values()]);
      server = undefined;
    }
    for (const id of await checkAll(dataDir)) tally.whole.add(id);
  }
  await server?.end();
  return tally;

  async function start(): Promise<RawServer> {
    const started = await new RawServer({ MAKEANYTHING_HOME: dataDir }).open();
    for (const { procedure_id, status } of await list(started)) {
      expect(status).not.toMatch(/queued|running/);
      if (status === "interrupted") tally.interrupted.add(procedure_id);
    }
    return started;
  }
}

/** Goes on until the server is dead: from then on it waits for an answer that never comes. */
async function keepBusy(server: RawServer): Promise<never> {
  for (;;) await workOnce(server);
}

/** All that writes: paints, refines, tells anew, exports and deletes. */
async function workOnce(server: RawServer): Promise<void> {
  const painted = await server.call("generate_procedure", ROCKET);
  const { procedure_id } = (resultOf(painted).structuredContent ?? {}) as unknown as Made;
  if (procedure_id !== undefined)
    await Promise.all([
      server.call("refine_steps", { procedure_id, between: [1, 2], wait_seconds: 210 }),
      server.call("caption_steps", { procedure_id, captions: { 1: "a line", 2: "two lines" } }),
      server.call("export_procedure", { procedure_id, format: "zip" }),
    ]);
  const ended = (await list(server)).filter(({ status }) => !/queued|running/.test(status));
  for (const { procedure_id: old } of ended.slice(KEPT))
    await server.call("delete_procedure", { procedure_id: old });
}

async function list(server: RawServer): Promise<Made[]> {
  const result = resultOf(await server.call("list_procedures", { limit: 100 }));
  return (result.structuredContent as unknown as { procedures: Made[] }).procedures;
}

/** Every visible folder is a procedure, whole: its manifest, and each picture to its last pixel. */
async function checkAll(dataDir: string): Promise<string[]> {
  const root = path.join(dataDir, "procedures");
  const store = createStore(dataDir);
  const names = (await readdir(root).catch(() => [])).filter((name) => !name.startsWith("."));
  for (const id of names)
    await check(store, id).catch((error: unknown) => {
      // A server that lives may have deleted it meanwhile.
      if (existsSync(path.join(root, id))) throw error;
    });
  return names;
}

async function check(store: Store, id: string): Promise<void> {
  for (const { file, widthPx, heightPx } of (await store.load(id)).steps) {
    const picture = sharp(await readFile(store.filePath(id, file)), { failOn: "warning" });
    const { info } = await picture.raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([widthPx, heightPx]);
  }
}

async function untilGone(pids: readonly number[]): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (pids.some(isAlive)) {
    if (performance.now() > deadline) throw new Error(`still there: ${pids.filter(isAlive)}`);
    await sleep(20);
  }
}

function isAlive(pid: number): boolean {
  return kill(pid, 0);
}

/** False where there is no such process. */
function kill(pid: number, signal: NodeJS.Signals | 0 = "SIGKILL"): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
