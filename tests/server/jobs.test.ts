// Long work with real servers, engines and the embedded model; two servers on one data folder.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { CallToolResult, Progress } from "@modelcontextprotocol/sdk/types.js";
import type { ProcedureRecord } from "#src/tools/index.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";
import { childrenOf, Session, textOf } from "./session.js";

interface Answer extends ProcedureRecord {
  status: string;
  frames: number;
  frames_ready: number;
  again?: { tool: string; arguments: Record<string, unknown> };
}

const dataDir = temporaryFolder();
// Every model is a large one, and the tests of another day hold no lock here.
const env = { MAKEANYTHING_HOME: dataDir, TMPDIR: temporaryFolder() };
const rocket = { subject: "a red rocket", domain: "sketch", frames: 4, seed: 9 };
const session = new Session(env);
/** A client that waits longer than this machine may take. */
const PATIENT = { timeout: 300_000 };
let parent: Answer;

beforeAll(async () => {
  await session.open();
  parent = await call(session, "generate_procedure", { ...rocket, wait_seconds: 210 });
});
afterAll(() => session.close());

const cancel = (on: Session, { procedure_id }: { procedure_id: string }) =>
  call(on, "cancel_procedure", { procedure_id });

async function call(on: Session, name: string, input: object): Promise<Answer> {
  const result = (await on.client.callTool(
    { name, arguments: { ...input } },
    undefined,
    PATIENT,
  )) as CallToolResult;
  if (result.isError) throw new Error(textOf(result));
  return result.structuredContent as unknown as Answer;
}

const get = (on: Session, { procedure_id }: { procedure_id: string }, wait_seconds = 0) =>
  call(on, "get_procedure", { procedure_id, wait_seconds });

/** Work for a while: thirty passes. */
const refine = (on: Session, steps = 64) =>
  call(on, "refine_steps", { procedure_id: parent.procedure_id, steps, seed: 1, wait_seconds: 0 });

async function until(
  on: Session,
  made: { procedure_id: string },
  is: (answer: Answer) => boolean,
): Promise<Answer> {
  for (;;) {
    const answer = await get(on, made, 0.2);
    if (is(answer)) return answer;
  }
}

/** Jobs that were left, by their state in the file. */
const jobFiles = () => readdirSync(path.join(dataDir, "jobs")).filter((name) => /^\w/.test(name));

describe("a call whose wait is over", () => {
  test("succeeds, and the procedure is the one that a patient call gets", async () => {
    const asked = { ...rocket, wait_seconds: 0 };
    const { status, procedure_id } = await call(session, "generate_procedure", asked);
    expect(status).toMatch(/queued|running/);
    const done = await call(session, "get_procedure", { procedure_id, wait_seconds: 210 });
    expect(done).toMatchObject({ status: "done", procedure_id, seed: 9 });
    expect(readFileSync(done.page.file).equals(readFileSync(parent.page.file))).toBe(true);
    expect(jobFiles()).toEqual([]);
  });

  test("has told its progress meanwhile, and nothing after the answer", async () => {
    const seen: Progress[] = [];
    const asked = { procedure_id: parent.procedure_id, steps: 20, wait_seconds: 2 };
    const result = await session.client.callTool(
      { name: "refine_steps", arguments: asked },
      undefined,
      { onprogress: (progress) => seen.push(progress) },
    );
    const { procedure_id, status } = result.structuredContent as unknown as Answer;
    expect(status).toBe("running");
    const count = seen.length;
    expect(count).toBeGreaterThan(0);
    expect((await cancel(session, { procedure_id })).status).toBe("cancelled");
    expect(seen).toHaveLength(count);
  });
});

describe("a cancel", () => {
  /** Calls, and gives up as soon as the work has begun. */
  async function giveUp(reason: string): Promise<string> {
    const before = new Set((await list()).map(({ procedure_id }) => procedure_id));
    const controller = new AbortController();
    const calling = session.client.callTool(
      { name: "refine_steps", arguments: { procedure_id: parent.procedure_id, steps: 12 } },
      undefined,
      {
        signal: controller.signal,
        onprogress: ({ message }) => {
          if (message?.includes("painting")) controller.abort(reason);
        },
      },
    );
    await expect(calling).rejects.toThrow();
    const begun = (await list()).find((one) => !before.has(one.procedure_id));
    return begun!.procedure_id;
  }

  async function list(): Promise<Answer[]> {
    const result = await session.call("list_procedures", {});
    return (result.structuredContent as { procedures: Answer[] }).procedures;
  }

  test("by a person stops the work", async () => {
    const procedure_id = await giveUp("the person pressed a key");
    const { status } = await until(session, { procedure_id }, ({ status: s }) => s !== "running");
    expect(status).toBe("cancelled");
  });

  test("by a client's clock lets it finish", async () => {
    const procedure_id = await giveUp("McpError: MCP error -32001: Request timed out");
    const done = await get(session, { procedure_id }, 210);
    expect(done).toMatchObject({ status: "done", frames_ready: 12 });
  });

  test("in the middle of refining keeps what is finished, and is told with how to have the rest", async () => {
    const made = await refine(session);
    await until(session, made, ({ frames_ready }) => frames_ready >= 6);
    const kept = await cancel(session, made);
    expect(kept.status).toBe("cancelled");
    expect(kept.frames_ready).toBeGreaterThanOrEqual(6);
    expect(kept.frames_ready).toBeLessThan(64);
    expect(kept.notes.join()).toContain("64 steps were asked for");
    expect(kept.again).toEqual({
      tool: "refine_steps",
      arguments: { procedure_id: parent.procedure_id, steps: 64, seed: 1 },
    });
    expect(readFileSync(kept.steps.at(-1)!.file).length).toBeGreaterThan(100);
    await call(session, "delete_procedure", { procedure_id: kept.procedure_id });
  });
});

test("a full queue says how many wait", async () => {
  const crowded = new Session({ ...env, MAKEANYTHING_QUEUE_LIMIT: "1" });
  await crowded.open();
  const [first, second] = [await refine(crowded), await refine(crowded)];
  const result = await crowded.call("generate_procedure", rocket);
  expect(result.isError).toBe(true);
  expect(textOf(result)).toMatch(/^1 procedure waits already/);
  for (const made of [second, first]) await cancel(crowded, made);
  await crowded.close();
});

test("free_memory ends the engine, and the next procedure starts it again", async () => {
  if (process.platform !== "linux") return;
  await call(session, "generate_procedure", rocket);
  const engine = childrenOf(session.pid).get("engine-child");
  expect(engine).toEqual(expect.any(Number));
  await session.call("free_memory", {});
  expect(childrenOf(session.pid).get("engine-child")).toBeUndefined();
  expect((await call(session, "generate_procedure", rocket)).status).toBe("done");
});

describe("two servers on one data folder", () => {
  const other = new Session({ ...env, MAKEANYTHING_LARGE_MODEL_BYTES: "0" });
  const third = new Session({ ...env, MAKEANYTHING_LARGE_MODEL_BYTES: "0" });
  beforeAll(() => Promise.all([other.open(), third.open()]));
  afterAll(() => Promise.all([other.close(), third.close()]));

  test("make their jobs side by side; one that is killed costs its own alone", async () => {
    const doomed = await refine(other);
    await until(session, doomed, ({ status }) => status === "running");
    const survivor = await refine(session, 8);
    expect(await get(session, doomed)).toMatchObject({ status: "running", frames: 64 });
    process.kill(other.pid, "SIGKILL");
    const left = await until(session, doomed, ({ status }) => status !== "running");
    expect(left).toMatchObject({
      status: "interrupted",
      again: { tool: "refine_steps", arguments: { steps: 64, seed: 1 } },
    });
    expect(await get(session, survivor, 210)).toMatchObject({ status: "done", frames_ready: 8 });
    const again = { ...left.again!.arguments, wait_seconds: 0 };
    const anew = await call(third, left.again!.tool, again);
    expect(anew.status).toMatch(/queued|running/);
    expect((await cancel(session, anew)).status).toBe("cancelled");
  });

  test("share a large model: the second one says whom it waits for, and has it in the end", async () => {
    const fourth = new Session({ ...env, MAKEANYTHING_LARGE_MODEL_BYTES: "0" });
    await fourth.open();
    const held = await refine(third, 24);
    await until(third, held, ({ frames_ready }) => frames_ready > 4);
    const messages: string[] = [];
    const result = await fourth.client.callTool(
      { name: "generate_procedure", arguments: { ...rocket, wait_seconds: 210 } },
      undefined,
      { onprogress: ({ message = "" }) => messages.push(message), ...PATIENT },
    );
    expect(messages.join("\n")).toContain(
      `another server on this machine holds (process ${third.pid})`,
    );
    expect(result.structuredContent).toMatchObject({ status: "done" });
    expect(await get(third, held, 210)).toMatchObject({ status: "done", frames_ready: 24 });
    await fourth.close();
  });
});

test("a server whose client goes away says that its jobs are interrupted", async () => {
  const leaving = new Session(env);
  await leaving.open();
  const made = await refine(leaving);
  await until(leaving, made, ({ status }) => status === "running");
  await leaving.close();
  const left = await until(session, made, ({ status }) => status !== "running");
  expect(left.status).toBe("interrupted");
  expect(
    JSON.parse(readFileSync(path.join(dataDir, "jobs", `${made.procedure_id}.json`), "utf8")),
  ).toMatchObject({
    state: "interrupted",
  });
});
