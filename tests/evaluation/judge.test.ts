import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, expect, test } from "vitest";
import { judge, meanScores } from "#src/evaluation/judge/index.js";
import { createPictureHost } from "#src/workers/index.js";
import { endpointThat } from "../captioning/server.js";
import { temporaryFolder } from "../support/temporary.js";
import { writeProcedure } from "./procedures.js";

const pictures = createPictureHost();
afterAll(() => pictures.close());

const verdict = (score: number) =>
  JSON.stringify({
    alignment: { reason: "frame 4 shows\nthe boat", score },
    coherence: { reason: "one piece", score: 3 },
    usability: { reason: "big steps", score: 2 },
  });
const patience = { timeoutMs: 5000, attempts: 1, backoffMs: 1 };

test("a procedure is judged by its frames, and not a second time", async () => {
  const folder = temporaryFolder();
  await writeProcedure(join(folder, "boat"), { subject: "a blue boat" });
  await writeProcedure(join(folder, "tree"), { subject: "a red tree" });
  const { endpoint, asked } = await endpointThat(verdict(5), verdict(4));
  const options = { endpoint, model: "eyes", pictures, patience, file: join(folder, "out.jsonl") };
  const first = await judge([folder], options);
  expect(first.failed).toEqual([]);
  expect(
    first.judgements.map(({ subject, verdict: { alignment } }) => [subject, alignment]),
  ).toEqual([
    ["a blue boat", { reason: "frame 4 shows the boat", score: 5 }],
    ["a red tree", { reason: "frame 4 shows the boat", score: 4 }],
  ]);
  expect(meanScores(first.judgements)).toEqual([
    { model: "small", count: 2, scores: { alignment: 4.5, coherence: 3, usability: 2 } },
  ]);
  const content = asked[0]!.body.messages[0]!.content;
  const parts = Array.isArray(content) ? content : [];
  expect(parts.filter(({ type }) => type === "image_url")).toHaveLength(4);
  expect(parts.at(-1)!.text).toContain("a blue boat");

  expect(await judge([folder], options)).toEqual(first);
  expect(asked).toHaveLength(2);
});

test("a score outside the scale is given back, and one that stays wrong costs that procedure alone", async () => {
  const folder = temporaryFolder();
  await writeProcedure(join(folder, "boat"), { subject: "a blue boat" });
  await writeProcedure(join(folder, "tree"), { subject: "a red tree" });
  const { endpoint, asked } = await endpointThat(verdict(6), verdict(0), "no idea", verdict(1));
  const file = join(folder, "out.jsonl");
  const judged = await judge([folder], { endpoint, model: "eyes", pictures, patience, file });
  expect(judged.failed).toEqual([
    {
      folder: expect.stringMatching(/boat$/),
      message: expect.stringContaining("not answer as asked"),
    },
  ]);
  expect(judged.judgements.map(({ subject }) => subject)).toEqual(["a red tree"]);
  expect(JSON.stringify(asked[1]!.body)).toContain("alignment.score");
  expect(readFileSync(file, "utf8").trim().split("\n")).toHaveLength(1);
});

test("a judge that cannot be asked ends it, with what was judged kept", async () => {
  const folder = temporaryFolder();
  await writeProcedure(join(folder, "boat"), { subject: "a blue boat" });
  await writeProcedure(join(folder, "tree"), { subject: "a red tree" });
  const { endpoint } = await endpointThat(verdict(5), { status: 401 });
  const file = join(folder, "out.jsonl");
  const options = { endpoint, model: "eyes", pictures, patience, file };
  await expect(judge([folder], options)).rejects.toMatchObject({ code: "refused_key" });
  expect(readFileSync(file, "utf8").trim().split("\n")).toHaveLength(1);
});

test("a manifest that points out of its folder is refused, and so is a folder without one", async () => {
  const folder = temporaryFolder();
  const options = { endpoint: "http://127.0.0.1:1/v1", model: "eyes", pictures, patience };
  const file = join(folder, "out.jsonl");
  await expect(judge([folder], { ...options, file })).rejects.toMatchObject({
    code: "bad_procedure",
    message: expect.stringContaining("holds no procedure"),
  });
  const at = join(folder, "boat");
  await writeProcedure(at, { subject: "a blue boat" });
  const manifest = readFileSync(join(at, "manifest.json"), "utf8");
  writeFileSync(join(at, "manifest.json"), manifest.replace("step-01.png", "../secret.png"));
  mkdirSync(join(folder, "other"));
  await sharp({ create: { width: 8, height: 8, channels: 3, background: "red" } })
    .png()
    .toFile(join(folder, "secret.png"));
  await expect(judge([folder], { ...options, file })).rejects.toMatchObject({
    message: expect.stringContaining("../secret.png is no file of this folder"),
  });
});
