// Latents of the world: what was made stays, whatever interrupted the making.
import { cpSync, readdirSync, readFileSync, statSync, truncateSync } from "node:fs";
import path from "node:path";
import { makeWorldData, openWorldData, sizeOf, worldSequence } from "#src/training/world-data.js";
import { updateModelJson } from "#src/training/model-folder.js";
import { crafts } from "#src/world/index.js";
import { beforeAll, expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";
import { FRAME_PX, writeModel } from "./tiny.js";

const root = temporaryFolder();
const modelDir = path.join(root, "model");
const whole = path.join(root, "whole");
const SEQUENCES = 5;
const options = (folder: string) => ({
  modelDir,
  folder,
  seed: 1,
  sequences: SEQUENCES,
  framePx: FRAME_PX,
});
const contents = (folder: string) =>
  readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name), "base64")]);

beforeAll(async () => {
  await writeModel(modelDir);
  await makeWorldData(options(whole));
});

test("sequences depend on seed and index alone, and crafts take turns", () => {
  expect(worldSequence(1, 7)).toEqual(worldSequence(1, 7));
  expect(worldSequence(2, 7).scene).not.toEqual(worldSequence(1, 7).scene);
  expect(crafts.map((_, i) => worldSequence(1, i).craft)).toEqual(crafts);
});

test("stopped in the middle, it goes on to the same bytes", async () => {
  const folder = path.join(root, "stopped");
  const stop = new AbortController();
  const onProgress = (done: number) => done === 2 && stop.abort();
  await expect(
    makeWorldData({ ...options(folder), signal: stop.signal, onProgress }),
  ).rejects.toMatchObject({ code: "cancelled", message: `stopped at sequence 2 of ${SEQUENCES}` });
  await makeWorldData(options(folder));
  expect(contents(folder)).toEqual(contents(whole));
});

test("while one makes them another does not, and no mark stays", async () => {
  const folder = path.join(root, "two");
  const refusals: Promise<void>[] = [];
  const refused = () =>
    refusals.push(expect(makeWorldData(options(folder))).rejects.toMatchObject({ code: "in_use" }));
  await makeWorldData({ ...options(folder), onProgress: refused });
  expect(await Promise.all(refusals)).toHaveLength(SEQUENCES);
  expect(contents(folder)).toEqual(contents(whole));
});

test("half a row, and rows that the other files lack, are made again", async () => {
  const folder = path.join(root, "half");
  cpSync(whole, folder, { recursive: true });
  const bytes = statSync(path.join(folder, "nine.f16")).size / SEQUENCES;
  truncateSync(path.join(folder, "nine.f16"), 2.5 * bytes);
  await expect(openWorldData(options(folder))).rejects.toMatchObject({
    code: "bad_data",
    message: expect.stringContaining(`nine.f16 has 2 of ${SEQUENCES} sequences`) as string,
  });
  const made: number[] = [];
  await makeWorldData({ ...options(folder), onProgress: (done) => made.push(done) });
  expect(made).toEqual([3, 4, 5]);
  expect(contents(folder)).toEqual(contents(whole));
});

test("latents of another autoencoder or seed are neither read nor carried on", async () => {
  const other = path.join(root, "other");
  cpSync(modelDir, other, { recursive: true });
  await updateModelJson(other, (model) => ({
    ...model,
    autoencoder: { ...(model.autoencoder as object), scaleFactor: 2 },
  }));
  for (const change of [{ modelDir: other }, { seed: 2 }]) {
    const choice = { ...options(whole), ...change };
    const refusal = { code: "bad_data", message: expect.stringContaining("remove it") as string };
    await expect(openWorldData(choice)).rejects.toMatchObject(refusal);
    await expect(makeWorldData({ ...choice, sequences: 6 })).rejects.toMatchObject(refusal);
  }
});

test("further finished pictures come after those of the sequences, in whatever runs", async () => {
  const [grown, once] = [path.join(root, "grown"), path.join(root, "once")];
  cpSync(whole, grown, { recursive: true });
  for (const pictures of [7, 9]) await makeWorldData({ ...options(grown), pictures });
  await makeWorldData({ ...options(once), pictures: 9 });
  expect(contents(grown)).toEqual(contents(once));
  const data = await openWorldData({ ...options(once), pictures: 9 });
  expect(data.read("finished", 8)).not.toEqual(data.read("finished", 7));
  expect(() => data.read("four", SEQUENCES)).toThrow(`has ${SEQUENCES} rows`);
  expect(data.sequences).toHaveLength(9);
  data.close();
  await expect(openWorldData({ ...options(whole), pictures: 9 })).rejects.toThrow(
    `finished.f16 has ${SEQUENCES} of 9`,
  );
});

test("a sequence is read back in every way that it was encoded", async () => {
  const data = await openWorldData(options(whole));
  for (const store of ["nine", "four", "finished", "run"] as const) {
    const { channels, height, width } = sizeOf(store, FRAME_PX);
    expect(data.read(store, 4)).toHaveLength(channels * height * width);
    expect(data.read(store, 4)).not.toEqual(data.read(store, 3));
  }
  expect(data.read("runEnds", 0)).toHaveLength(2 * data.read("finished", 0).length);
  expect(() => data.read("nine", SEQUENCES)).toThrow(`has ${SEQUENCES} rows`);
  data.close();
});
