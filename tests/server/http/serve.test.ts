// `makeanything serve --http`, a process of its own, from its first word to its last child.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { LIMITS } from "#src/server/http/index.js";
import { temporaryFolder } from "../../support/temporary.js";
import { bin, childrenOf } from "../session.js";
import {
  ANN,
  type Answer,
  begin,
  BOB,
  events,
  from,
  initialize,
  message,
  open,
} from "./harness.js";

const home = temporaryFolder();
const SOON = { timeout: 60_000 };

interface Process {
  child: ChildProcess;
  /** all that it has said */
  said(): string;
  ended: Promise<number | null>;
}

function run(address: string, env: Record<string, string> = {}): Process {
  const child = spawn(process.execPath, [bin, "serve", "--http", address, "--log-level", "trace"], {
    env: { ...process.env, MAKEANYTHING_HOME: home, MAKEANYTHING_THREADS: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const ended = once(child, "close").then(() => child.exitCode);
  onTestFinished(() => void child.kill("SIGKILL"));
  return { child, said: () => said, ended };
}

/** Starts with tokens for Ann and Bob, and gives the address of MCP. */
async function serve(env: Record<string, string> = {}): Promise<Process & { url: string }> {
  const tokens = [ANN, BOB].map(({ name, token }) => `${name}=${token}`).join(",");
  const started = run("127.0.0.1:0", { MAKEANYTHING_HTTP_TOKENS: tokens, ...env });
  await expect.poll(started.said, SOON).toContain('"serving"');
  const [, url = ""] = /"url":"([^"]+)"/.exec(started.said()) ?? [];
  return { ...started, url };
}

const RED = { subject: "a red xylophone", domain: "sketch", frames: 4 };

function callTool(
  url: string,
  session: string,
  name: string,
  input: Record<string, unknown>,
): Promise<IncomingMessage> {
  const params = { name, arguments: input, _meta: { progressToken: 1 } };
  const headers = from(ANN.token, session);
  return open(url, { method: "POST", headers, body: message("tools/call", params) });
}

/** Paints, and gives the procedure's id. */
async function paint(url: string, session: string): Promise<string> {
  let text = "";
  const input = { ...RED, wait_seconds: 60 };
  for await (const chunk of await callTool(url, session, "generate_procedure", input))
    text += chunk;
  return /Procedure ([0-9a-z]{16})/.exec(text)?.[1] ?? "";
}

describe("it does not begin", () => {
  test.each([
    ["where others reach it, without a token", "0.0.0.0:0", {}, /set MAKEANYTHING_HTTP_TOKENS/],
    ["at a place that is none", "http://localhost", {}, /--http needs host:port/],
    [
      "with a token that is too short",
      "0",
      { MAKEANYTHING_HTTP_TOKENS: "ann=5ecret" },
      /at least 20/,
    ],
    [
      "with a file that is not there",
      "0",
      { MAKEANYTHING_HTTP_TOKENS_FILE: "/none" },
      /cannot be read/,
    ],
  ])("%s", async (_, address, env, message_) => {
    const { ended, said } = run(address, env);
    expect(await ended).toBe(1);
    expect(said()).toMatch(message_);
    expect(said()).toMatch(/^makeanything: .*\n$/);
    expect(said()).not.toContain("5ecret");
  });

  test("at an address that is taken, and says which is next", async () => {
    const { url } = await serve();
    const { host, port } = new URL(url);
    const { ended, said } = run(host);
    expect(await ended).toBe(1);
    expect(said()).toContain(`${host} is taken`);
    expect(said()).toContain(`127.0.0.1:${Number(port) + 1}`);
  });
});

test("tokens come from a file too", async () => {
  const file = path.join(home, "tokens");
  writeFileSync(file, "# who may ask\n\ncarl=a-token-that-stands-in-a-file==\r\n");
  const { url } = await serve({ MAKEANYTHING_HTTP_TOKENS_FILE: file });
  expect((await initialize(url, "a-token-that-stands-in-a-file==")).status).toBe(200);
  expect((await initialize(url, ANN.token)).status).toBe(200);
  expect((await initialize(url, "a-token-that-stands-in-a-file")).status).toBe(401);
});

describe("asked to end", () => {
  test("it answers the calls that wait, begins nothing new, and leaves no process", async () => {
    const { url, child, ended, said } = await serve();
    const session = await begin(url, ANN.token);
    const listening = await open(url, {
      headers: { ...from(ANN.token, session), Accept: "text/event-stream" },
    });
    listening.on("error", () => {}).resume();
    const painting = await callTool(url, session, "generate_procedure", {
      ...RED,
      wait_seconds: 60,
    });
    let text = "";
    let refused: Answer | undefined;
    let children: number[] = [];
    for await (const chunk of painting) {
      text += chunk;
      if (children.length > 0 || !text.includes("painting")) continue;
      children = [child.pid!, ...childrenOf(child.pid!).values()];
      for (const pid of children.slice(1))
        expect(readFileSync(`/proc/${pid}/environ`, "utf8").includes(ANN.token)).toBe(false);
      child.kill("SIGTERM");
      await expect.poll(said, SOON).toContain('"ending"');
      refused = await initialize(url, BOB.token);
    }
    expect(refused).toMatchObject({ status: 503, json: { id: null } });
    expect(events(text).at(-1)?.data?.result?.content?.[0]?.text).toContain("xylophone");
    expect(await ended).toBe(0);
    for (const pid of children) expect(existsSync(`/proc/${pid}`)).toBe(false);
    for (const secret of [ANN.token, BOB.token, "xylophone", session])
      expect(said()).not.toContain(secret);
  });

  test("the second time it waits for no call, and for no work that nobody waits for", async () => {
    const { url, child, ended, said } = await serve();
    const session = await begin(url, ANN.token);
    const procedure_id = await paint(url, session);
    const refine = (waitSeconds: number) =>
      callTool(url, session, "refine_steps", {
        procedure_id,
        steps: 64,
        wait_seconds: waitSeconds,
      });
    for await (const _ of await refine(0)); // to its end: nobody waits for it
    (await refine(200)).on("error", () => {}).resume();
    child.kill("SIGINT");
    await expect.poll(said, SOON).toContain('"ending"');
    const askedAt = Date.now();
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
    expect(Date.now() - askedAt).toBeLessThan(LIMITS.graceMs - 3000);
  });
});

test("health and metrics tell how it goes, and nothing of what was asked", async () => {
  const { url } = await serve();
  const session = await begin(url, ANN.token);
  await paint(url, session);
  const at = (place: string, headers = {}) => fetch(new URL(place, url), { headers });
  expect(await (await at("/health")).json()).toEqual({
    status: "ok",
    uptimeSeconds: expect.any(Number),
  });
  const answer = await at("/metrics");
  expect(answer.headers.get("content-type")).toContain("version=0.0.4");
  const text = await answer.text();
  for (const line of [
    "makeanything_sessions 1",
    'makeanything_jobs{state="running"} 0',
    'makeanything_jobs_ended{state="done"} 1',
    'makeanything_engine{state="resting"} 1',
    'makeanything_tool_call_seconds_count{tool="generate_procedure",outcome="answered"} 1',
    'makeanything_http_request_seconds_count{route="/mcp",method="POST",status="200"} 2',
  ])
    expect(text.split("\n")).toContain(line);
  const [, memory] = /^makeanything_engine_memory_bytes (.*)$/m.exec(text) ?? [];
  expect(Number(memory)).toBeGreaterThan(10e6);
  for (const secret of [ANN.token, ANN.name, "xylophone", session])
    expect(text).not.toContain(secret);

  const proxied = { "X-Forwarded-For": "203.0.113.9" };
  expect((await at("/metrics", proxied)).status).toBe(401);
  const known = { ...proxied, Authorization: `Bearer ${BOB.token}` };
  expect((await at("/metrics", known)).status).toBe(200);
});
