import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { appendRecord, packLog, readRecords, rewindLog, unpackLog } from "#src/training/log.js";
import { expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";

const record = (step: number, loss = 0.5) => ({
  step,
  samples: 4 * step,
  seconds: step / 7,
  loss,
  norm: 1,
  rate: 1e-3,
});
const records = [record(1), record(2, NaN), record(3)];

async function written(): Promise<{ out: string; file: string }> {
  const out = temporaryFolder();
  for (const each of records) await appendRecord(out, each);
  return { out, file: path.join(out, "log.jsonl") };
}

test("a log that is cut anywhere gives the records before, and can be written on", async () => {
  const { out, file } = await written();
  const text = readFileSync(file, "utf8");
  for (let length = 0; length <= text.length; length++) {
    writeFileSync(file, text.slice(0, length));
    const whole = text.slice(0, length + 1).split("\n").length - 1;
    await rewindLog(out, 3);
    await appendRecord(out, record(4));
    expect(await readRecords(out)).toEqual([...records.slice(0, whole), record(4)]);
  }
});

test("a log goes back with the checkpoint", async () => {
  const { out } = await written();
  await rewindLog(out, 2);
  expect(await readRecords(out)).toEqual(records.slice(0, 2));
});

test("of a step that was made twice the later record counts, and what is no record does not", async () => {
  const { out, file } = await written();
  const others = ["", "null", "[]", "{}", '{"step":1.5}', '{"step":"1","samples":1}', "x"];
  writeFileSync(file, `${readFileSync(file, "utf8")}${others.join("\n")}\n`);
  await appendRecord(out, record(2, 0.25));
  expect(await readRecords(out)).toEqual([record(1), record(2, 0.25), record(3)]);
});

test("where there is no log there are no records", async () => {
  expect(await readRecords(temporaryFolder())).toEqual([]);
});

test("a packed log has a line for ten steps, and the run that goes on from it begins with those", async () => {
  const [out, elsewhere] = [temporaryFolder(), temporaryFolder()];
  for (let step = 1; step <= 23; step++) await appendRecord(out, record(step, step));
  await appendRecord(out, record(13, NaN));
  const packed = path.join(out, "run.safetensors");
  await packLog(out, packed);
  await unpackLog(packed, elsewhere);
  expect(await readRecords(elsewhere)).toEqual([
    record(10, 5.5),
    record(20, (155 - 13) / 9),
    record(23, 22),
  ]);
  await unpackLog(path.join(out, "without.safetensors"), elsewhere);
  expect(await readRecords(elsewhere)).toEqual([]);
});
