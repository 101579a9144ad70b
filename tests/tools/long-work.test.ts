// The tools around work that takes long, with a painter that waits for permission.
import { readFile } from "node:fs/promises";
import type { ProcedureOutput } from "#src/tools/procedure-answer.js";
import { createTools, type Tool, type ToolRun } from "#src/tools/index.js";
import { ownMark } from "#src/processes.js";
import { JobFiles } from "#src/procedures/jobs/job-files.js";
import { newId } from "#src/procedures/id.js";
import sharp from "sharp";
import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { type Gate, openGate } from "../procedures/jobs/gate.js";
import { temporaryFolder } from "../support/temporary.js";

const rocket = { subject: "a red rocket", domain: "sketch", frames: 4, seed: 5 };

let dataDir: string;
let gate: Gate;
let tools: Map<string, Tool>;
beforeEach(async () => {
  dataDir = temporaryFolder();
  gate = await openGate(dataDir);
  tools = new Map(createTools(gate.context.domains).map((tool) => [tool.name, tool]));
});

/** What the binding does: parses, runs, and holds the answer against the output schema. */
async function call<Structured = ProcedureOutput>(
  name: string,
  input: object,
  changes: Partial<ToolRun> = {},
) {
  const tool = tools.get(name)!;
  const { structured, blocks } = await tool.run(gate.context, tool.input.parse(input), {
    settings: { previewBudgetBytes: 700 * 1024, previewSidePx: 640 },
    jobs: gate.jobs,
    version: "1.2.3",
    ...changes,
  });
  expect(z.strictObject(tool.output.shape).parse(structured)).toEqual(structured);
  const [first] = blocks;
  return {
    structured: structured as Structured,
    text: first?.kind === "text" ? first.text : "",
    pictures: blocks.flatMap((block) => (block.kind === "picture" ? [block.jpeg] : [])),
  };
}

const begin = async (input: object = rocket) =>
  (await call("generate_procedure", { ...input, wait_seconds: 0 })).structured.procedure_id;

async function finish(id: string) {
  await gate.open();
  return call("get_procedure", { procedure_id: id });
}

describe("a tool that makes a procedure", () => {
  test("succeeds when its wait is over, with what to call next", async () => {
    const { structured, text, pictures } = await call("generate_procedure", {
      ...rocket,
      wait_seconds: 0.2,
    });
    const { procedure_id } = structured;
    expect(structured).toMatchObject({
      status: "running",
      domain: "sketch",
      subject: "a red rocket",
      frames: 4,
      frames_ready: 0,
      progress: expect.closeTo(0.35),
      message: "painting, step 7 of 24",
      next: expect.stringContaining(`get_procedure with procedure_id "${procedure_id}"`),
    });
    expect(text).toMatch(
      /is running, 35%, 0 of 4 steps ready\.\nPainting, step 7 of 24\.\nNext: get_/,
    );
    expect(pictures).toEqual([]);
    const done = await finish(procedure_id);
    expect(done.structured).toMatchObject({
      status: "done",
      procedure_id,
      frames_ready: 4,
      seed: 5,
    });
    expect(done.structured.next).toBeUndefined();
    expect(done.pictures).toHaveLength(4);
  });

  test("answers with the pictures when they are there in time", async () => {
    const calling = call("generate_procedure", rocket);
    await gate.open();
    const { structured, pictures } = await calling;
    expect(structured).toMatchObject({ status: "done", frames: 4, not_shown: [] });
    expect(pictures).toHaveLength(4);
  });

  test("stops the work where somebody wants it to stop", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const calling = call("generate_procedure", rocket, { signal, stop: signal });
    const [job] = await begun();
    controller.abort();
    await expect(calling).rejects.toThrow();
    expect((await gate.jobs.find(job!.id)).state).toBe("cancelled");
  });

  test("stops the work that was not wanted any more before it began", async () => {
    const signal = AbortSignal.abort();
    await expect(call("generate_procedure", rocket, { signal, stop: signal })).rejects.toThrow();
    const [found] = await gate.jobs.list({ limit: 1 });
    expect(found?.state).toBe("cancelled");
  });

  test("lets the work go on where only the waiting has ended", async () => {
    const controller = new AbortController();
    const calling = call("generate_procedure", rocket, {
      signal: controller.signal,
      stop: new AbortController().signal,
    });
    const [job] = await begun();
    controller.abort();
    await expect(calling).rejects.toThrow();
    expect((await finish(job!.id)).structured.status).toBe("done");
  });

  test("fails with what went wrong", async () => {
    const calling = call("generate_procedure", rocket);
    await gate.fail(Object.assign(new Error("the engine died"), { code: "worker_died" }));
    await expect(calling).rejects.toMatchObject({
      code: "worker_died",
      message: "the engine died",
    });
  });

  async function begun() {
    for (;;) {
      const { mine } = gate.jobs.queue();
      if (mine.some(({ state }) => state === "running")) return mine;
      await new Promise(setImmediate);
    }
  }
});

describe("get_procedure", () => {
  test("shows of work on its way what the page seems to become", async () => {
    const preview = { width: 3, height: 3, data: new Uint8Array(27).fill(90) };
    gate = await openGate(dataDir, 8, preview);
    const id = await begin();
    await expect.poll(gate.begun).toBe(1);
    const { pictures, structured } = await call("get_procedure", {
      procedure_id: id,
      wait_seconds: 0,
    });
    expect(structured).toMatchObject({ status: "running" });
    expect(pictures).toHaveLength(1);
    expect(await sharp(pictures[0]).metadata()).toMatchObject({ format: "jpeg", width: 256 });
    expect((await finish(id)).pictures).toHaveLength(4);
  });

  test("tells of work that did not come to its end how to have it made again", async () => {
    const id = await begin({ ...rocket, steps: ["a", "b", "c", "d"] });
    const cancelled = await call("cancel_procedure", { procedure_id: id });
    const again = {
      tool: "generate_procedure",
      arguments: { ...rocket, steps: ["a", "b", "c", "d"] },
    };
    expect(cancelled.structured).toMatchObject({ status: "cancelled", again });
    expect((await call("get_procedure", { procedure_id: id })).structured).toMatchObject({ again });
    const [, told = ""] = /^Again: generate_procedure (.*)$/m.exec(cancelled.text) ?? [];
    expect(JSON.parse(told)).toEqual(again.arguments);
    expect(tools.get("generate_procedure")!.input.safeParse(again.arguments).success).toBe(true);

    const left = (await new JobFiles(dataDir).read(id))!;
    const server = { ...(await ownMark()), pid: 4_194_305 };
    await new JobFiles(dataDir).write({ ...left, id: newId(), state: "running", server });
    const [dead] = await gate.jobs.list({ limit: 1 });
    const { structured } = await call("get_procedure", { procedure_id: dead!.id });
    expect(structured).toMatchObject({ status: "interrupted", again });
  });

  test("asks for a picture again that came within an argument", async () => {
    const id = await begin();
    const file = (await finish(id)).structured.steps![3]!.file;
    const image = `data:image/png;base64,${(await readFile(file)).toString("base64")}`;
    const { structured } = await call("recraft_from_image", { ...rocket, image, wait_seconds: 0 });
    const { procedure_id } = structured;
    const cancelled = await call("cancel_procedure", { procedure_id });
    expect(cancelled.structured.again?.arguments).not.toHaveProperty("image");
    expect(cancelled.structured.next).toContain("with the picture as image");
  });

  test("names a refined procedure's parent in what to ask for again", async () => {
    const parent = await begin();
    await finish(parent);
    const asked = { procedure_id: parent, between: [1, 2], seed: 3 };
    const { structured } = await call("refine_steps", { ...asked, wait_seconds: 0 });
    expect(structured).toMatchObject({ frames: 6, frames_ready: 4 });
    const { procedure_id } = structured;
    const cancelled = await call("cancel_procedure", { procedure_id });
    expect(cancelled.structured.again).toEqual({ tool: "refine_steps", arguments: asked });
  });

  test("shows a few steps, as large as is asked for", async () => {
    const id = await begin();
    await finish(id);
    const { structured, text, pictures } = await call("get_procedure", {
      procedure_id: id,
      steps: [2, 3],
      size: 100,
    });
    expect(structured.steps?.map(({ index }) => index)).toEqual([2, 3]);
    expect(structured).toMatchObject({ frames: 4, not_listed: [1, 4], not_shown: [] });
    expect(text).toMatch(/sketch, 4 steps,/);
    const sizes = await Promise.all(
      pictures.map(async (jpeg) => (await sharp(jpeg).metadata()).width),
    );
    expect(sizes).toEqual([100, 100]);
    const beyond = call("get_procedure", { procedure_id: id, steps: [4, 5] });
    await expect(beyond).rejects.toThrow(/from 1 to 4, got \[4, 5\]/);
  });
});

describe("an answer about many steps", () => {
  test.each([10_000, 30_000, 120_000])("never weighs more than %i bytes", async (budget) => {
    const parent = await begin();
    await finish(parent);
    const captions = Array.from({ length: 60 }, (_, i) => `${i} ${"long ".repeat(99)}`);
    const refine = { procedure_id: parent, steps: 64, captions };
    const opening = (async () => {
      for (let i = 0; i < 30; i++) await gate.open();
    })();
    const tool = tools.get("refine_steps")!;
    const { structured, blocks } = await tool.run(gate.context, tool.input.parse(refine), {
      settings: { previewBudgetBytes: budget, previewSidePx: 640 },
      jobs: gate.jobs,
      version: "1",
    });
    await opening;
    const characters = blocks.reduce(
      (sum, block) =>
        block.kind === "text"
          ? sum + Buffer.byteLength(block.text)
          : sum + (block.kind === "picture" ? (4 * block.jpeg.length) / 3 : 0),
      JSON.stringify(structured).length,
    );
    expect(characters).toBeLessThanOrEqual((4 / 3) * budget);
    const answer = structured as ProcedureOutput;
    const named = [...answer.steps!.map(({ index }) => index), ...answer.not_listed!];
    expect(named).toEqual(Array.from({ length: 64 }, (_, i) => i + 1));
    expect(blocks[0]).toMatchObject({
      text: expect.stringMatching(/get_procedure with procedure_id "\w+" and steps: \[from, to\]/),
    });
  });

  test("shows the new ones first", async () => {
    const parent = await begin();
    await finish(parent);
    const asked = { procedure_id: parent, steps: 12, wait_seconds: 0 };
    const { procedure_id } = (await call("refine_steps", asked)).structured;
    for (let i = 0; i < 4; i++) await gate.open();
    let structured: ProcedureOutput;
    let previewBudgetBytes = 30_000;
    do {
      previewBudgetBytes -= 500;
      const settings = { previewBudgetBytes, previewSidePx: 640 };
      ({ structured } = await call("get_procedure", { procedure_id }, { settings }));
    } while (structured.not_shown!.length === 0);
    const shown = structured.steps!.filter(({ index }) => !structured.not_shown!.includes(index));
    expect(shown.length).toBeGreaterThan(0);
    const olds = shown.filter(({ origin }) => origin === "generated");
    const news = structured.steps!.filter(({ origin }) => origin === "interpolated");
    if (olds.length > 0) expect(shown.length - olds.length).toBe(news.length);
    else expect(shown.every(({ origin }) => origin === "interpolated")).toBe(true);
  });
});

describe("caption_steps", () => {
  test("tells steps anew, and every later reading shows it; the pictures stay", async () => {
    const id = await begin();
    const before = (await finish(id)).structured;
    const bytes = await readFile(before.steps![1]!.file);
    const captions = { "2": "A hull in pencil\n", "4": "Red paint" };
    const told = await call<{ steps: { caption: string }[] }>("caption_steps", {
      procedure_id: id,
      captions,
    });
    expect(told.structured.steps[1]?.caption).toBe("A hull in pencil");
    const after = (await call("get_procedure", { procedure_id: id })).structured;
    expect(after.steps?.map(({ caption }) => caption)).toEqual(
      before.steps?.map(
        ({ caption }, i) => ["A hull in pencil", "Red paint"][(i - 1) / 2] ?? caption,
      ),
    );
    expect((await readFile(before.steps![1]!.file)).equals(bytes)).toBe(true);
    const { steps } = await gate.context.store.load(id);
    expect(steps.map(({ captionBy }) => captionBy)).toEqual(["plan", "agent", "plan", "agent"]);
  });

  test("tells places between retold steps anew", async () => {
    const parent = await begin();
    await finish(parent);
    const asked = { procedure_id: parent, between: [1, 2], wait_seconds: 0 };
    const { procedure_id } = (await call("refine_steps", asked)).structured;
    await finish(procedure_id);
    const captions = { "1": "Paper alone" };
    const { text } = await call("caption_steps", { procedure_id, captions });
    expect(text).toContain("A third of the way from “Paper alone” to");
  });

  test.each([
    [{ "5": "too many" }, /counted from 1 to 4, got 5/],
    [{ "0": "too few" }, /counted from 1 to 4, got 0/],
    [{ "1": " " }, /1 to 500 characters/],
    [["one", "two"], /needs 4 texts.*as \{"1"/],
  ])("refuses %j", async (captions, words) => {
    const id = await begin();
    await finish(id);
    await expect(call("caption_steps", { procedure_id: id, captions })).rejects.toThrow(words);
  });
});

describe("the others", () => {
  test("list_procedures pages through jobs and procedures, and delete_procedure takes away", async () => {
    const done = await begin();
    await finish(done);
    const running = await begin();
    const list = await call<{ procedures: object[]; next?: string }>("list_procedures", {
      limit: 1,
    });
    expect(list.structured.procedures).toMatchObject([{ procedure_id: running, frames: 4 }]);
    expect(list.structured.next).toContain(running);
    const older = await call("list_procedures", { before: running });
    expect(older.structured).toMatchObject({
      procedures: [{ procedure_id: done, status: "done", subject: "a red rocket" }],
    });
    await expect(call("delete_procedure", { procedure_id: running })).rejects.toThrow("cancel it");
    for (const procedure_id of [done, running]) {
      await call("cancel_procedure", { procedure_id });
      await call("delete_procedure", { procedure_id });
    }
    expect((await call("list_procedures", {})).text).toBe("There is none yet.");
  });

  test("server_status tells model, engine, memory, queue, versions and where the data lies", async () => {
    await begin();
    await begin();
    const { structured, text } = await call<object>("server_status", {});
    expect(structured).toMatchObject({
      model: { name: "small", weights_bytes: expect.any(Number) },
      engine: { doing: "off" },
      queue: { waiting: 1, limit: 8, yours: [{ status: "running" }, { status: "queued" }] },
      versions: { makeanything: "1.2.3", onnxruntime: expect.stringMatching(/^\d+\./) },
      data_folder: dataDir,
    });
    expect(text).toMatch(/Queue: 1 of at most 8 wait/);
    await gate.jobs.close();
  });

  test("free_memory ends an engine that rests, and says where it cannot", async () => {
    expect((await call("free_memory", {})).text).toBe("The model is not in memory.");
    const { engine } = gate.context;
    engine.state = async () => ({ doing: "resting", pid: 1234, memoryBytes: 2 ** 30 });
    const { structured, text } = await call<object>("free_memory", {});
    expect(structured).toEqual({ freed: true, memory_bytes: 2 ** 30 });
    expect(text).toContain("1024 MiB");
    engine.rest = async () => false;
    expect((await call("free_memory", {})).text).toMatch(/painting.*cancel_procedure/);
  });
});
