// A checkpoint is believed only when it is the one that was written.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Average, toHalves } from "#src/engine/train/index.js";
import { loadCheckpoint, packCheckpoint, saveCheckpoint } from "#src/training/checkpoint.js";
import { createOptimizer } from "#src/training/optimizer.js";
import { randomFrom } from "#src/world/index.js";
import { expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";

const root = temporaryFolder();
const origin = { fingerprint: "f", decisive: { kind: "toy", rate: 1 } };
const counters = { step: 3, samples: 12, seconds: 1.5 };

function newRun() {
  const parameters = [{ name: "w", shape: [2, 3], value: new Float32Array(6) }];
  const optimizer = createOptimizer(parameters, { name: "adamw" });
  return { parameters, optimizer, average: new Average(parameters) };
}

/** All numbers of a run. */
const stateOf = ({ parameters, optimizer, average }: ReturnType<typeof newRun>) =>
  [parameters[0]!.value, optimizer.state(), average.state()].map((part) => structuredClone(part));

const file = path.join(root, "checkpoint.safetensors");
const run = newRun();
run.parameters[0]!.value.set([1, 2, 3, 4, 5, 6]);
await run.optimizer.step(new Map([["w", new Float32Array(6).fill(0.5)]]), 0.1);
run.average.update();
await saveCheckpoint(file, run, counters, origin);
const bytes = readFileSync(file);

test("what was saved comes back; where nothing was, nothing does", async () => {
  const other = newRun();
  expect(await loadCheckpoint(file, other, origin)).toEqual(counters);
  expect(stateOf(other)).toEqual(stateOf(run));
  expect(await loadCheckpoint(path.join(root, "absent"), newRun(), origin)).toBeUndefined();
});

test("packed, the run goes on elsewhere from nearly the same numbers, its average anew", async () => {
  const packed = path.join(root, "packed", "run.safetensors");
  await packCheckpoint(file, packed, 2 * counters.step);
  const other = newRun();
  expect(await loadCheckpoint(packed, other, origin)).toEqual(counters);
  const [was, is] = [run, other].map(({ parameters }) => parameters[0]!.value);
  is!.forEach((value, i) => expect(Math.abs(value / was![i]! - 1)).toBeLessThan(2 ** -8));
  expect([...other.optimizer.state().numbers]).toEqual([...run.optimizer.state().numbers]);
  expect(other.average.values.get("w")).toEqual(is);
  other.average.update();
  expect(other.average.values.get("w")).toEqual(is);
});

test("packed at its end, the run exports elsewhere what it exported", async () => {
  const packed = path.join(root, "packed", "finished.safetensors");
  await packCheckpoint(file, packed, counters.step);
  const other = newRun();
  expect(await loadCheckpoint(packed, other, origin)).toEqual(counters);
  const halves = (each: typeof run) => toHalves(each.average.values.get("w")!);
  expect(halves(other)).toEqual(halves(run));
});

test("a byte that changed is found wherever it matters", async () => {
  const random = randomFrom("bytes");
  const damaged = path.join(root, "damaged");
  let refused = 0;
  for (let i = 0; i < 300; i++) {
    const changed = Uint8Array.from(bytes);
    changed[random.whole(0, bytes.length - 1)]! ^= 1 << random.whole(0, 7);
    writeFileSync(damaged, changed);
    const other = newRun();
    try {
      expect(await loadCheckpoint(damaged, other, origin)).toEqual(counters);
      expect(stateOf(other)).toEqual(stateOf(run));
    } catch (error) {
      expect(error).toMatchObject({ code: "bad_checkpoint" });
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(200);
});

test.each([
  ["another value", { kind: "toy", rate: 2 }, " (rate was 1, now it is 2)"],
  ["a new field", { kind: "toy", rate: 1, clip: 3 }, " (clip was not given, now it is 3)"],
  ["a field less", { kind: "toy" }, " (rate was 1, now it is not given)"],
])("%s is a reason to refuse", async (_, decisive, reason) => {
  await expect(
    loadCheckpoint(file, newRun(), { fingerprint: "g", decisive }),
  ).rejects.toMatchObject({
    code: "bad_checkpoint",
    message: expect.stringContaining(`made with another configuration${reason}: `) as string,
  });
});
