// Many clients at once: the real server over HTTP, the embedded model, each client asking for one
// procedure after the other and reading in between. What is asked for must come; memory must stay where it
// is; and a procedure must take little more than the engine takes for it.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { packageRoot } from "../src/config.js";
import { type Procedure, tutorialUri } from "../src/procedures/index.js";
import { createStore } from "../src/procedures/store.js";
import { median, type Row } from "./report.js";

interface Answer {
  procedure_id: string;
  status: string;
}

interface Seen {
  /** ids that calls were answered with */
  made: string[];
  lost: number;
  pingMs: number[];
}

const bin = join(packageRoot(), "dist/src/cli.js");
const asked = { subject: "a red rocket", domain: "icon", frames: 4, wait_seconds: 210 };
/** Longer than a queue of all clients takes. */
const PATIENCE = { timeout: 20 * 60_000 };
const SAMPLE_MS = 1000;
/** Before that the server is still filling its caches. */
const WARM = 0.2;

export async function benchLoad({
  minutes,
  clients,
}: {
  minutes: number;
  clients: number;
}): Promise<Row[]> {
  const dataDir = mkdtempSync(join(tmpdir(), "makeanything-bench-"));
  const { server, url } = await start(dataDir, clients);
  const seen: Seen = { made: [], lost: 0, pingMs: [] };
  const memory: number[] = [];
  const sampling = setInterval(() => memory.push(residentMiB(server.pid)), SAMPLE_MS);
  try {
    const end = performance.now() + 60_000 * minutes;
    await Promise.all(Array.from({ length: clients }, () => useServer(url, end, seen)));
    const store = createStore(dataDir);
    const stored = await Promise.all(
      seen.made.map((id) => store.load(id).catch(() => void seen.lost++)),
    );
    const made = stored.filter((procedure) => procedure !== undefined);
    return [
      { what: `procedures, ${clients} clients for ${minutes} min`, value: made.length, unit: "" },
      { what: "lost", value: seen.lost, unit: "", atMost: 0 },
      {
        what: "the server's memory at the end over that at the beginning",
        value: growth(memory),
        unit: "×",
        atMost: 1.1,
      },
      {
        what: "a procedure beside the engine's own time, median",
        value: median(besideEngineMs(made)),
        unit: "ms",
        atMost: 20,
      },
      { what: "ping meanwhile, median", value: median(seen.pingMs), unit: "ms" },
    ];
  } finally {
    clearInterval(sampling);
    const exited = once(server, "exit");
    server.kill();
    await exited;
    rmSync(dataDir, { recursive: true });
  }
}

async function start(
  dataDir: string,
  clients: number,
): Promise<{ server: ChildProcess; url: string }> {
  const server = spawn(process.execPath, [bin, "serve", "--http", "127.0.0.1:0"], {
    env: {
      ...process.env,
      MAKEANYTHING_HOME: dataDir,
      MAKEANYTHING_QUEUE_LIMIT: String(clients),
      MAKEANYTHING_HTTP_REQUESTS_PER_MINUTE: "100000",
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  for await (const line of createInterface(server.stderr)) {
    const url = /"url":"([^"]+)"/.exec(line)?.[1];
    if (url === undefined) continue;
    server.stderr.resume();
    return { server, url };
  }
  throw new Error("the server did not start");
}

async function useServer(url: string, end: number, seen: Seen): Promise<void> {
  const client = new Client({ name: "bench", version: "1" });
  await client.connect(new StreamableHTTPClientTransport(new URL(url)) as Transport);
  while (performance.now() < end) {
    const id = await make(client).catch(() => undefined);
    if (id === undefined) seen.lost++;
    else {
      seen.made.push(id);
      await client.readResource({ uri: tutorialUri(id) });
    }
    const startedAt = performance.now();
    await client.ping();
    seen.pingMs.push(performance.now() - startedAt);
  }
  await client.close();
}

/** Throws where the answer is an error. */
async function make(client: Client): Promise<string> {
  let answer = await call(client, "generate_procedure", asked);
  while (/queued|running/.test(answer.status))
    answer = await call(client, "get_procedure", {
      procedure_id: answer.procedure_id,
      wait_seconds: 210,
    });
  return answer.procedure_id;
}

async function call(client: Client, name: string, input: object): Promise<Answer> {
  const params = { name, arguments: { ...input } };
  const result = (await client.callTool(params, undefined, PATIENCE)) as CallToolResult;
  const { procedure_id, status } = (result.structuredContent ?? {}) as unknown as Answer;
  if (result.isError) throw new Error(JSON.stringify(result.content));
  return { procedure_id, status };
}

/** From one procedure to the next, less what the engine took for it: there is always a next one. */
function besideEngineMs(procedures: readonly Procedure[]): number[] {
  const ordered = procedures
    .map(({ createdAt, timings }) => ({ atMs: Date.parse(createdAt), engineMs: engineMs(timings) }))
    .toSorted((a, b) => a.atMs - b.atMs);
  return ordered.slice(1).map(({ atMs, engineMs: ms }, i) => atMs - ordered[i]!.atMs - ms);
}

function engineMs(timings: Procedure["timings"]): number {
  return ["loadMs", "textMs", "sampleMs", "decodeMs"].reduce((sum, key) => sum + timings[key]!, 0);
}

/** The mean of the last third over that of the first, once the server is warm. */
function growth(memory: readonly number[]): number {
  const warm = memory.slice(Math.floor(WARM * memory.length));
  const third = Math.ceil(warm.length / 3);
  const mean = (some: readonly number[]) => some.reduce((sum, one) => sum + one, 0) / some.length;
  return mean(warm.slice(-third)) / mean(warm.slice(0, third));
}

function residentMiB(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)![1]) / 1024;
}
