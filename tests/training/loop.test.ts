// The loop on a training of milliseconds: it goes on bit for bit, and a good checkpoint is never lost.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { readRecords } from "#src/training/log.js";
import { train } from "#src/training/loop.js";
import type { StepResult } from "#src/training/objective.js";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";
import { contentsOf } from "./checkpoints.js";
import { STEPS, toyObjective, toyOptions } from "./fixtures/toy.mjs";

const root = temporaryFolder();
const checkpointOf = (out: string) => path.join(out, "checkpoint.safetensors");
const steps = Array.from({ length: STEPS }, (_, i) => i + 1);

const program = path.join(import.meta.dirname, "fixtures", "train-toy.mjs");
const whole = path.join(root, "whole");
beforeAll(() => train(toyObjective(), toyOptions(whole)));

/** A run's end is that of one that was never disturbed. */
async function expectWhole(out: string) {
  expect(await contentsOf(checkpointOf(out))).toEqual(await contentsOf(checkpointOf(whole)));
  expect((await readRecords(out)).map(({ step }) => step)).toEqual(steps);
}

/** Stops at a step as Ctrl-C does. */
async function stopAt(step: number, out: string, more: Parameters<typeof toyOptions>[1] = {}) {
  const stop = new AbortController();
  const onStep = (progress: { step: number }) => progress.step === step && stop.abort();
  const options = toyOptions(out, { ...more, signal: stop.signal, onStep });
  await expect(train(toyObjective(), options)).rejects.toMatchObject({
    code: "cancelled",
    message: `stopped at step ${step} of ${STEPS}, saved at step ${step}`,
  });
}

test.each(["adamw", "came", "prodigy", "muon"] as const)(
  "with %s, a run that was stopped twice ends as one that was not",
  async (name) => {
    const [straight, stopped] = [path.join(root, name), path.join(root, `${name} stopped`)];
    const optimizer = { name };
    const objective = toyObjective();
    await train(objective, toyOptions(straight, { optimizer }));
    await stopAt(1, stopped, { optimizer });
    await stopAt(17, stopped, { optimizer });
    const resumed = toyObjective();
    await train(resumed, toyOptions(stopped, { optimizer }));
    expect(await contentsOf(checkpointOf(stopped))).toEqual(
      await contentsOf(checkpointOf(straight)),
    );
    expect(resumed.exported).toEqual(objective.exported);
  },
);

test("a folder in which another process trains is left alone", async () => {
  const out = path.join(root, "taken");
  const other = spawn(process.execPath, [program, out, "stay"]);
  const exit = once(other, "exit");
  for await (const said of other.stdout) if (String(said).includes("stays")) break;
  await expect(train(toyObjective(), toyOptions(out))).rejects.toMatchObject({
    code: "in_use",
    message: expect.stringContaining(`process ${other.pid} is at work in ${out}`) as string,
  });
  other.kill("SIGKILL");
  await exit;
  await train(toyObjective(), toyOptions(out));
  await expectWhole(out);
});

test("killed at any instant, it goes on as if nothing had been", async () => {
  const killed = path.join(root, "killed");
  const ends = [];
  for (const isLast of [false, false, false, false, true]) {
    const child = spawn(process.execPath, [program, killed]);
    const exit = once(child, "exit");
    await once(child.stdout, "data");
    if (!isLast) {
      await setTimeout(20 + Math.random() * 100);
      child.kill("SIGKILL");
    }
    ends.push(((await exit) as unknown[])[1]);
  }
  expect(ends).toContain("SIGKILL");
  await expectWhole(killed);
});

test("a log cut in half is made whole by going on", async () => {
  const out = path.join(root, "log");
  const log = path.join(out, "log.jsonl");
  await stopAt(9, out);
  const lines = readFileSync(log, "utf8").split("\n");
  writeFileSync(log, lines.join("\n").slice(0, -40)); // within the ninth
  await train(toyObjective(), toyOptions(out));
  const records = await readRecords(out);
  expect(records.map(({ step }) => step)).toEqual(steps.filter((step) => step !== 9));
  expect(records.map(({ loss }) => loss)).not.toContain(NaN);
  expect(readFileSync(path.join(out, "report.html"), "utf8")).toContain(
    `step ${STEPS} of ${STEPS}`,
  );
});

test("another configuration may not go on, and learns what differs", async () => {
  const out = path.join(root, "other");
  await stopAt(3, out);
  const before = readFileSync(checkpointOf(out));
  await expect(train(toyObjective(), toyOptions(out, { rate: 0.02 }))).rejects.toMatchObject({
    code: "bad_checkpoint",
    message: expect.stringContaining("(rate was 0.01, now it is 0.02)") as string,
  });
  expect(readFileSync(checkpointOf(out)).equals(before)).toBe(true);
});

test("a loss that is no longer a number leaves the last good checkpoint, however often one tries", async () => {
  const out = path.join(root, "bad");
  for (let i = 0; i < 2; i++) {
    const attempt = train(toyObjective({ badFrom: 12 }), toyOptions(out));
    await expect(attempt).rejects.toMatchObject({
      code: "diverged",
      message: expect.stringMatching(/10 times in a row at step 21: .*is of step 11$/) as string,
    });
    expect(await contentsOf(checkpointOf(out))).toMatchObject({ counters: { step: 11 } });
  }
  await train(toyObjective(), toyOptions(out));
  await expectWhole(out);
});

test("weights that burst in the last step are neither saved nor exported", async () => {
  const out = path.join(root, "burst");
  const objective = toyObjective();
  const options = toyOptions(out, { saveEverySeconds: 1000 });
  const optimizer = () => ({
    step: async () => void objective.parameters[0]!.value.fill(Infinity),
    state: () => ({ tensors: new Map(), numbers: new Map() }),
    restore: () => {},
  });
  const learningRate = { ...options.learningRate, steps: 1 };
  await expect(train(objective, { ...options, optimizer, learningRate })).rejects.toMatchObject({
    code: "diverged",
  });
  expect(objective.exported.size).toBe(0);
  await expect(contentsOf(checkpointOf(out))).rejects.toMatchObject({ code: "no_such_file" });
});

test("a few bad batches are left out, and seen in the log", async () => {
  const out = path.join(root, "few");
  const objective = toyObjective();
  const { step } = objective;
  objective.step = async (number) => ({
    ...(await step(number)),
    ...([5, 6].includes(number) && { loss: NaN }),
  });
  await train(objective, toyOptions(out));
  const bad = (await readRecords(out)).filter(({ loss }) => Number.isNaN(loss));
  expect(bad.map((record) => record.step)).toEqual([6, 7]);
});

test.each([0, 7, 300, 20_000, -1])(
  "a checkpoint cut to %d bytes is refused, not overwritten",
  async (length) => {
    const out = path.join(root, `cut ${length}`);
    await stopAt(2, out);
    const file = checkpointOf(out);
    truncateSync(file, length < 0 ? readFileSync(file).length + length : length);
    const before = readFileSync(file);
    await expect(train(toyObjective(), toyOptions(out))).rejects.toMatchObject({
      code: "bad_checkpoint",
      message: expect.stringMatching(/is damaged \(.*put a copy back/) as string,
    });
    expect(readFileSync(file).equals(before)).toBe(true);
  },
);

// A disk of 2 MB where this may be mounted, else a folder that nobody can write to.
const disk = path.join(root, "disk");
mkdirSync(disk);
const isMounted =
  process.getuid?.() === 0 &&
  spawnSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", disk]).status === 0;
const canRefuse = isMounted || process.getuid?.() !== 0;

test.runIf(canRefuse)("a full disk costs nothing that was saved", async () => {
  const ballast = path.join(disk, "ballast");
  const out = path.join(disk, "run");
  onTestFinished(() => {
    if (isMounted) spawnSync("umount", ["-l", disk]);
    else chmodSync(out, 0o700);
  });
  const fill = () => {
    if (!isMounted) return chmodSync(out, 0o500);
    for (let size = 2 ** 20; size > 1; size /= 2)
      try {
        writeFileSync(ballast, Buffer.alloc(size), { flag: "a" });
      } catch {}
  };
  const onStep = ({ step }: { step: number }) => step === 7 && fill();
  await expect(train(toyObjective(), toyOptions(out, { onStep }))).rejects.toMatchObject({
    code: "cannot_write",
    message: expect.stringMatching(/^cannot write .*: (ENOSPC|EACCES)/) as string,
  });
  expect(await contentsOf(checkpointOf(out))).toMatchObject({ counters: { step: 6 } });
  if (isMounted) rmSync(ballast);
  else chmodSync(out, 0o700);
  await train(toyObjective(), toyOptions(out));
  await expectWhole(out);
});

test("pictures that fail cost themselves alone, and say why", async () => {
  const out = path.join(root, "no pictures");
  const warnings: string[] = [];
  const onWarning = (message: string) => void warnings.push(message);
  const objective = { ...toyObjective(), preview: () => Promise.reject(new Error("no room")) };
  await train(objective, toyOptions(out, { onWarning }));
  await expectWhole(out);
  expect(warnings).toEqual(Array.from({ length: 3 }, () => "no pictures on the way: no room"));
});

test("three batches a step learn as one that is their mean", async () => {
  const three = path.join(root, "three");
  const one = path.join(root, "mean of three");
  await train(toyObjective(), toyOptions(three, { accumulate: 3 }));
  const objective = toyObjective();
  const meanOfThree = {
    ...objective,
    async step(number: number) {
      const results: StepResult[] = [];
      for (const batch of [0, 1, 2]) results.push(await objective.step(3 * number + batch));
      const gradients = new Map<string, Float32Array>(
        [...results[0]!.gradients].map(([name, { length }]) => [
          name,
          Float32Array.from({ length }, (_, i) =>
            results.reduce((sum, each) => sum + each.gradients.get(name)![i]! / 3, 0),
          ),
        ]),
      );
      return { loss: results.reduce((sum, { loss }) => sum + loss / 3, 0), gradients, samples: 6 };
    },
  };
  await train(meanOfThree, toyOptions(one));
  const [seen, expected] = [await readRecords(three), await readRecords(one)];
  expect(seen.map(({ samples }) => samples)).toEqual(expected.map(({ samples }) => samples));
  seen.forEach(({ loss }, i) => expect(loss).toBeCloseTo(expected[i]!.loss, 5));
});
