import { mkdir, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  createJobs,
  type Found,
  type Jobs,
  planGenerate,
  planRecraft,
  planRefine,
} from "#src/procedures/index.js";
import { JobFiles } from "#src/procedures/jobs/job-files.js";
import type { MakeProgress } from "#src/procedures/paint.js";
import { newId } from "#src/procedures/id.js";
import { ownMark } from "#src/processes.js";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../support/temporary.js";
import { type Gate, openGate } from "./gate.js";

const rocket = { subject: "a red rocket", domain: "sketch", frames: 4 };

const start = ({ jobs, context }: Gate, seed?: number) =>
  jobs.start(() => planGenerate(context, { ...rocket, seed }));

/** Looks until the job has come so far. */
async function until(jobs: Jobs, id: string, is: (found: Found) => boolean): Promise<Found> {
  for (;;) {
    const found = await jobs.find(id);
    if (is(found)) return found;
    await sleep(5);
  }
}

/** Of a busy machine. */
const SOON = { timeout: 10_000 };

const jobFile = (dataDir: string, id: string) => path.join(dataDir, "jobs", `${id}.json`);

describe("a job", () => {
  test("has its procedure's id from the beginning, and is none any more when that is there", async () => {
    const dataDir = temporaryFolder();
    const gate = await openGate(dataDir);
    const { id } = await start(gate, 3);
    const running = await until(gate.jobs, id, ({ state }) => state === "running");
    expect(running.job).toMatchObject({ domain: "sketch", frames: 4, framesReady: 0 });
    const written = async () => JSON.parse(await readFile(jobFile(dataDir, id), "utf8"));
    await expect.poll(written, SOON).toMatchObject({
      id,
      state: "running",
      server: await ownMark(),
      request: { verb: "generate", input: { ...rocket, seed: 3 } },
    });
    await gate.open();
    const done = await gate.jobs.wait(id, { ms: 10_000 });
    expect(done).toMatchObject({ state: "done", procedure: { id, seed: 3 } });
    expect(await readdir(path.join(dataDir, "jobs"))).toEqual([]);
  });

  test("has its seed chosen when it is asked for", async () => {
    const gate = await openGate(temporaryFolder());
    const job = await start(gate);
    const { seed } = job.request.input;
    expect(seed).toEqual(expect.any(Number));
    await gate.open();
    const { procedure } = await gate.jobs.wait(job.id, { ms: 10_000 });
    expect(procedure?.seed).toBe(seed);
  });

  test("waits until the one before it is painted", async () => {
    const gate = await openGate(temporaryFolder());
    const first = await start(gate);
    const second = await start(gate);
    await until(gate.jobs, first.id, ({ state }) => state === "running");
    expect((await gate.jobs.find(second.id)).state).toBe("queued");
    expect(gate.jobs.queue()).toMatchObject({ waiting: 1, limit: 8 });
    await gate.open();
    await until(gate.jobs, second.id, ({ state }) => state === "running");
    expect((await gate.jobs.wait(first.id, { ms: 10_000 })).state).toBe("done");
    await gate.open();
    expect((await gate.jobs.wait(second.id, { ms: 10_000 })).state).toBe("done");
  });

  test("that fails says why, and the next one is made", async () => {
    const gate = await openGate(temporaryFolder());
    const { id } = await start(gate);
    const next = await start(gate);
    await gate.fail(Object.assign(new Error("the engine died"), { code: "worker_died" }));
    const failed = await gate.jobs.wait(id, { ms: 10_000 });
    expect(failed).toMatchObject({
      state: "failed",
      job: { message: "the engine died", code: "worker_died" },
    });
    await gate.open();
    expect((await gate.jobs.wait(next.id, { ms: 10_000 })).state).toBe("done");
    expect((await gate.jobs.find(id)).state).toBe("failed");
  });

  test("is not begun where its arguments are wrong", async () => {
    const dataDir = temporaryFolder();
    const { jobs, context } = await openGate(dataDir);
    const wrong = jobs.start(() => planGenerate(context, { ...rocket, domain: "knitting" }));
    await expect(wrong).rejects.toMatchObject({ code: "unknown_domain" });
    expect(await jobs.list({ limit: 9 })).toEqual([]);
  });

  test("does not repeat a picture that came within an argument", async () => {
    const gate = await openGate(temporaryFolder());
    const { id } = await start(gate);
    await gate.open();
    const { procedure } = await gate.jobs.wait(id, { ms: 10_000 });
    const file = gate.context.store.filePath(id, procedure!.steps[3]!.file);
    const image = `data:image/png;base64,${(await readFile(file)).toString("base64")}`;
    const job = await gate.jobs.start(() => planRecraft(gate.context, { ...rocket, image }));
    expect(job.request.input["image"]).toBe("data:");
    await gate.open();
    await gate.jobs.wait(job.id, { ms: 10_000 });
  });
});

describe("a wait", () => {
  test("ends at its time, and the work goes on", async () => {
    const gate = await openGate(temporaryFolder());
    const { id } = await start(gate);
    const from = performance.now();
    expect((await gate.jobs.wait(id, { ms: 300 })).state).toBe("running");
    expect(performance.now() - from).toBeGreaterThan(290);
    await gate.open();
    expect((await gate.jobs.wait(id, { ms: 10_000 })).state).toBe("done");
  });

  test("of no time looks once", async () => {
    const gate = await openGate(temporaryFolder());
    const { id } = await start(gate);
    expect((await gate.jobs.wait(id, { ms: 0 })).job?.id).toBe(id);
    await gate.open();
    await gate.jobs.wait(id, { ms: 10_000 });
  });

  test("whose client goes away ends, and the work goes on", async () => {
    const gate = await openGate(temporaryFolder());
    const { id } = await start(gate);
    const client = new AbortController();
    const waiting = gate.jobs.wait(id, { ms: 60_000, signal: client.signal });
    await until(gate.jobs, id, ({ state }) => state === "running");
    client.abort();
    expect((await waiting).state).toBe("running");
    await gate.open();
    expect((await gate.jobs.wait(id, { ms: 10_000 })).state).toBe("done");
  });

  test("tells how far the work is, and how much longer it takes once one like it was made", async () => {
    const gate = await openGate(temporaryFolder());
    const { id } = await start(gate);
    await sleep(50);
    await gate.open();
    await gate.jobs.wait(id, { ms: 10_000 });
    const next = await start(gate);
    const after = await start(gate);
    const seen: MakeProgress[] = [];
    await gate.jobs.wait(next.id, { ms: 100, onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)?.message).toMatch(/^painting, step 7 of 24, about 1 s left$/);
    expect(seen.at(-1)?.fraction).toBeCloseTo(0.35);
    await gate.jobs.wait(after.id, { ms: 10, onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)?.message).toMatch(/^waiting for the jobs before this one, about \d s left$/);
    for (const one of [next, after]) {
      await gate.open();
      await gate.jobs.wait(one.id, { ms: 10_000 });
    }
  });

  test("for nothing says so", async () => {
    const { jobs } = await openGate(temporaryFolder());
    await expect(jobs.wait("nosuchprocedure1", { ms: 1000 })).rejects.toMatchObject({
      code: "no_such_procedure",
    });
  });
});

describe("a full queue", () => {
  test("says how many wait and for how long, and does not even look at the arguments", async () => {
    const gate = await openGate(temporaryFolder(), 2);
    const made = await start(gate);
    await gate.open();
    await gate.jobs.wait(made.id, { ms: 10_000 });
    const jobs = [await start(gate), await start(gate), await start(gate)];
    let looked = false;
    const refused = gate.jobs.start(async () => {
      looked = true;
      throw new Error("looked");
    });
    await expect(refused).rejects.toMatchObject({ code: "queue_full" });
    await expect(refused).rejects.toThrow(/^2 procedures wait already.*finished in about \d+ s/);
    expect(looked).toBe(false);
    await gate.jobs.cancel(jobs[1]!.id);
    const welcome = await start(gate);
    for (const { id } of [jobs[0]!, jobs[2]!, welcome]) {
      await gate.open();
      expect((await gate.jobs.wait(id, { ms: 10_000 })).state).toBe("done");
    }
  });

  test("is never overfull, however many ask at once", async () => {
    const gate = await openGate(temporaryFolder(), 2);
    const asked = await Promise.allSettled(Array.from({ length: 9 }, () => start(gate)));
    expect(asked.filter(({ status }) => status === "fulfilled").length).toBeLessThanOrEqual(3);
    await gate.jobs.close();
  });
});

describe("a cancel", () => {
  test("of a job that waits leaves the others", async () => {
    const gate = await openGate(temporaryFolder());
    const first = await start(gate);
    const second = await start(gate, 7);
    expect(await gate.jobs.cancel(second.id)).toMatchObject({
      state: "cancelled",
      job: { request: { verb: "generate", input: { ...rocket, seed: 7 } } },
    });
    await gate.open();
    expect((await gate.jobs.wait(first.id, { ms: 10_000 })).state).toBe("done");
    expect(gate.begun()).toBe(1);
    expect((await gate.jobs.find(second.id)).state).toBe("cancelled");
  });

  test("of a job that is painted stores nothing", async () => {
    const gate = await openGate(temporaryFolder());
    const { id } = await start(gate);
    await until(gate.jobs, id, ({ state }) => state === "running");
    const cancelled = await gate.jobs.cancel(id);
    expect(cancelled).toMatchObject({ state: "cancelled", id });
    expect(cancelled.procedure).toBeUndefined();
    expect(await gate.context.store.list({ limit: 1 })).toEqual([]);
  });

  test("of refining keeps the passes that are finished", async () => {
    const gate = await openGate(temporaryFolder());
    const parent = await start(gate);
    await gate.open();
    await gate.jobs.wait(parent.id, { ms: 10_000 });
    const refining = { procedureId: parent.id, steps: 10, seed: 1 };
    const { id } = await gate.jobs.start(() => planRefine(gate.context, refining));
    await gate.open();
    await gate.open();
    const at = await until(gate.jobs, id, ({ job }) => job?.framesReady === 8);
    expect(at.job).toMatchObject({ frames: 10, state: "running" });
    const kept = await gate.jobs.cancel(id);
    expect(kept).toMatchObject({ state: "cancelled", procedure: { id, parent: parent.id } });
    expect(kept.procedure?.steps.map((step) => step.id)).toHaveLength(8);
    expect(kept.procedure?.notes.join()).toContain("cancelled after 2 of 3 passes: 10 steps");
    expect(await gate.context.store.load(id)).toEqual(kept.procedure);

    const whole = await gate.jobs.start(() => planRefine(gate.context, refining));
    for (let i = 0; i < 3; i++) await gate.open();
    const { procedure } = await gate.jobs.wait(whole.id, { ms: 10_000 });
    expect(procedure?.steps).toHaveLength(10);
    const left = new Set(kept.procedure?.steps.map((step) => step.id));
    const inOrder = procedure?.steps.map((step) => step.id).filter((step) => left.has(step));
    expect(inOrder).toEqual([...left]);
  });

  test("of refining before its first pass is finished stores nothing", async () => {
    const gate = await openGate(temporaryFolder());
    const parent = await start(gate);
    await gate.open();
    await gate.jobs.wait(parent.id, { ms: 10_000 });
    const plan = () => planRefine(gate.context, { procedureId: parent.id, steps: 8 });
    const { id } = await gate.jobs.start(plan);
    await until(gate.jobs, id, ({ state }) => state === "running");
    expect((await gate.jobs.cancel(id)).procedure).toBeUndefined();
  });

  test("of what is finished changes nothing", async () => {
    const gate = await openGate(temporaryFolder());
    const { id } = await start(gate);
    await gate.open();
    await gate.jobs.wait(id, { ms: 10_000 });
    expect((await gate.jobs.cancel(id)).state).toBe("done");
  });
});

describe("another server on the same data folder", () => {
  test("sees a job, waits for it, and stops it", async () => {
    const dataDir = temporaryFolder();
    const [here, there] = [await openGate(dataDir), await openGate(dataDir)];
    const first = await start(here);
    const second = await start(here);
    expect((await there.jobs.find(first.id)).state).toMatch(/queued|running/);
    expect((await there.jobs.list({ limit: 9 })).map(({ id }) => id)).toEqual([
      second.id,
      first.id,
    ]);
    const waiting = there.jobs.wait(first.id, { ms: 20_000 });
    await here.open();
    expect((await waiting).state).toBe("done");
    await until(here.jobs, second.id, ({ state }) => state === "running");
    expect((await there.jobs.cancel(second.id)).state).toBe("cancelled");
    expect((await here.jobs.find(second.id)).state).toBe("cancelled");
    expect(await readdir(path.join(dataDir, "jobs"))).toEqual([`${second.id}.json`]);
  });

  test("makes its own jobs meanwhile", async () => {
    const dataDir = temporaryFolder();
    const [here, there] = [await openGate(dataDir), await openGate(dataDir)];
    const jobs = [await start(here), await start(there)];
    await there.open();
    await here.open();
    for (const { id } of jobs)
      expect((await there.jobs.wait(id, { ms: 10_000 })).state).toBe("done");
  });
});

describe("a job whose server is dead", () => {
  const dataDir = temporaryFolder();
  const files = new JobFiles(dataDir);
  const jobs = async () => (await openGate(dataDir)).jobs;

  async function leaveBehind(server: object): Promise<string> {
    const gate = await openGate(temporaryFolder());
    const job = await start(gate, 5);
    await gate.jobs.close();
    const left = { ...job, id: newId(), state: "running" as const, etaMs: 1000 };
    await files.write({ ...left, server: { ...(await ownMark()), ...server } });
    return left.id;
  }

  test("is interrupted, and says what to ask for to have it made", async () => {
    const id = await leaveBehind({ pid: 4_194_305 });
    const found = await (await jobs()).find(id);
    expect(found).toMatchObject({
      state: "interrupted",
      job: { request: { verb: "generate", input: { ...rocket, seed: 5 } } },
    });
    expect(found.job?.etaMs).toBeUndefined();
    expect((await (await jobs()).cancel(id)).state).toBe("interrupted");
  });

  test("is interrupted though its number is that of another process now", async () => {
    if (process.platform === "win32") return;
    const id = await leaveBehind({ pid: process.ppid });
    expect((await (await jobs()).find(id)).state).toBe("interrupted");
  });

  test("is running as long as the server lives", async () => {
    const id = await leaveBehind({});
    expect((await (await jobs()).find(id)).state).toBe("running");
  });

  test("of another machine is running as long as it gives signs of life", async () => {
    const id = await leaveBehind({ place: "elsewhere", pid: 4_194_305 });
    expect((await (await jobs()).find(id)).state).toBe("running");
    const old = new Date(Date.now() - 120_000);
    await utimes(jobFile(dataDir, id), old, old);
    expect((await (await jobs()).find(id)).state).toBe("interrupted");
  });

  test("is done where its procedure was stored before the server died", async () => {
    const gate = await openGate(dataDir);
    const job = await start(gate);
    await gate.open();
    await gate.jobs.wait(job.id, { ms: 10_000 });
    await files.write({ ...job, state: "running", server: { ...job.server, pid: 4_194_305 } });
    expect((await gate.jobs.find(job.id)).state).toBe("done");
  });

  test("is interrupted at once where the server was closed", async () => {
    const folder = temporaryFolder();
    const gate = await openGate(folder);
    const [first, second] = [await start(gate), await start(gate)];
    await until(gate.jobs, first.id, ({ state }) => state === "running");
    await gate.jobs.close();
    const { jobs: others } = await openGate(folder);
    for (const { id } of [first, second]) expect((await others.find(id)).state).toBe("interrupted");
  });

  test.each(["", "{", '{"format":1}', "null"])(
    "or whose file is broken (%j) is no job",
    async (text) => {
      const id = newId();
      await writeFile(jobFile(dataDir, id), text);
      await expect((await jobs()).find(id)).rejects.toMatchObject({ code: "no_such_procedure" });
      await expect((await jobs()).find("../../etc/passwd")).rejects.toMatchObject({
        code: "no_such_procedure",
      });
    },
  );
});

describe("a list", () => {
  test("holds jobs and procedures, the newest first, a page at a time", async () => {
    const gate = await openGate(temporaryFolder());
    const ids: string[] = [];
    for (let i = 0; i < 4; i++) {
      ids.unshift((await start(gate)).id);
      await sleep(3);
    }
    await gate.open();
    await gate.jobs.wait(ids[3]!, { ms: 10_000 });
    await gate.jobs.cancel(ids[1]!);
    await until(gate.jobs, ids[2]!, ({ state }) => state === "running");
    const all = await gate.jobs.list({ limit: 9 });
    expect(all.map(({ id, state }) => [id, state])).toEqual([
      [ids[0], "queued"],
      [ids[1], "cancelled"],
      [ids[2], "running"],
      [ids[3], "done"],
    ]);
    const page = await gate.jobs.list({ limit: 2, before: ids[0] });
    expect(page.map(({ id }) => id)).toEqual([ids[1], ids[2]]);
    await gate.jobs.close();
  });
});

describe("what is removed", () => {
  test("is gone, be it a procedure or what a job left", async () => {
    const gate = await openGate(temporaryFolder());
    const [first, second] = [await start(gate), await start(gate)];
    await expect(gate.jobs.remove(first.id)).rejects.toMatchObject({ code: "still_running" });
    await gate.jobs.cancel(second.id);
    await gate.open();
    await gate.jobs.wait(first.id, { ms: 10_000 });
    const exported = path.join(gate.context.dataDir, "exports");
    await mkdir(path.join(exported, first.id), { recursive: true });
    for (const { id } of [first, second]) {
      await gate.jobs.remove(id);
      await expect(gate.jobs.remove(id)).rejects.toMatchObject({ code: "no_such_procedure" });
    }
    expect(await readdir(path.join(gate.context.dataDir, "procedures"))).toEqual([]);
    expect(await readdir(exported)).toEqual([]);
    expect(await gate.jobs.list({ limit: 9 })).toEqual([]);
  });
});

describe("somebody else's job", () => {
  test("is none for others, and nobody's is not theirs either", async () => {
    const gate = await openGate(temporaryFolder());
    const [ann, bob] = [gate.jobs.ownedBy("ann"), gate.jobs.ownedBy("bob")];
    const store = gate.context.store.ownedBy("ann");
    const plan = () => planGenerate({ ...gate.context, store }, rocket);
    const { id } = await ann.start(plan);
    const none = { code: "no_such_procedure" };
    async function refuseAll(): Promise<void> {
      for (const other of [bob, gate.jobs]) {
        await expect(other.find(id)).rejects.toMatchObject(none);
        await expect(other.cancel(id)).rejects.toMatchObject(none);
        await expect(other.remove(id)).rejects.toMatchObject(none);
        expect(await other.list({ limit: 9 })).toEqual([]);
        expect(other.queue().mine).toEqual([]);
      }
    }
    await refuseAll();
    expect(ann.queue().mine.map((job) => job.id)).toEqual([id]);
    await gate.open();
    const { procedure } = await ann.wait(id, { ms: 10_000 });
    expect(procedure?.owner).toBe("ann");
    await refuseAll();
    expect((await ann.list({ limit: 9 })).map((found) => found.id)).toEqual([id]);
    await ann.remove(id);
  });
});

test("what nobody asks for any more is swept away, and nothing that is running", async () => {
  const dataDir = temporaryFolder();
  const gate = await openGate(dataDir);
  const [running, ended] = [await start(gate), await start(gate)];
  await gate.jobs.cancel(ended.id);
  const state = async () => (await new JobFiles(dataDir).read(ended.id))?.state;
  await expect.poll(state, SOON).toBe("cancelled");
  const [draft, stop] = [`.${newId()}.draft`, `${newId()}.stop`].map((name) =>
    path.join(dataDir, "jobs", name),
  );
  for (const file of [draft!, stop!]) await writeFile(file, "");
  const long = new Date(Date.now() - 31 * 24 * 60 * 60_000);
  for (const file of [jobFile(dataDir, running.id), jobFile(dataDir, ended.id), draft!, stop!])
    await utimes(file, long, long);
  await new JobFiles(dataDir).sweep();
  const left = () => readdir(path.join(dataDir, "jobs"));
  await expect.poll(left, SOON).toEqual([`${running.id}.json`]);
  await gate.jobs.close();
});

test("a job that cannot be written down is refused, and not made", async () => {
  const dataDir = temporaryFolder();
  const gate = await openGate(dataDir);
  await writeFile(path.join(dataDir, "jobs"), "a file where the folder should be");
  await expect(start(gate)).rejects.toMatchObject({ code: "cannot_save" });
  expect(gate.jobs.queue()).toMatchObject({ mine: [], waiting: 0 });
  expect(gate.begun()).toBe(0);
});

test("a listener hears of every change, until it is taken off", async () => {
  const gate = await openGate(temporaryFolder());
  const heard = new Set<string>();
  const off = gate.jobs.onChange((id) => heard.add(id));
  const { id } = await start(gate);
  await until(gate.jobs, id, ({ state }) => state === "running");
  expect([...heard]).toEqual([id]);
  off();
  const next = await start(gate);
  await gate.jobs.cancel(next.id);
  expect(heard.has(next.id)).toBe(false);
  await gate.jobs.close();
  expect(createJobs({ dataDir: temporaryFolder(), store: gate.context.store }).queue().limit).toBe(
    8,
  );
});
