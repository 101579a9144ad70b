import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { captionFolder, type CaptionOptions, type Captioned } from "#src/captioning/index.js";
import { readDataset } from "#src/training/data/index.js";
import { createPictureHost } from "#src/workers/index.js";
import sharp from "sharp";
import { afterAll, expect, test } from "vitest";
import { readPaintedPages } from "../grid/pages.js";
import { temporaryFolder } from "../support/temporary.js";
import { type Asked, endpointThat, type Reply } from "./server.js";

const pictures = createPictureHost();
afterAll(() => pictures.close());
const png = await sharp({ create: { width: 12, height: 12, channels: 3, background: "red" } })
  .png()
  .toBuffer();

/** A real page of four frames. */
const page = await (async () => {
  const { data, width, height } = (await readPaintedPages())[5]!.page;
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
})();

function framesIn(folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const name of ["001", "002", "003", "004"])
    writeFileSync(path.join(folder, `${name}.png`), png);
  return folder;
}

function imagesIn({ body }: Asked): number {
  const { content } = body.messages[0]!;
  return typeof content === "string"
    ? 0
    : content.filter(({ type }) => type === "image_url").length;
}

/** Describes as many frames as it is shown. */
function describing(asked: Asked): Reply {
  const steps = Array.from({ length: imagesIn(asked) }, (_, i) => `step ${i + 1}`);
  return JSON.stringify({ subject: "a red crane", steps });
}

function caption(
  folder: string,
  endpoint: string,
  more: Partial<CaptionOptions> = {},
): Promise<Captioned> {
  return captionFolder(folder, {
    endpoint,
    model: "eye",
    pictures,
    patience: { backoffMs: 5, attempts: 2, timeoutMs: 5000 },
    ...more,
  });
}

test("what has no words gets them, and is a data set then", async () => {
  const folder = temporaryFolder();
  framesIn(path.join(folder, "crane"));
  writeFileSync(path.join(folder, "page.PNG"), page);
  const { endpoint, asked } = await endpointThat(describing);
  const { written, kept, failed } = await caption(folder, endpoint, { phrase: "Origami" });
  expect([written.map((file) => path.basename(file)), kept, failed]).toEqual([
    ["page.caption", "captions.json"],
    0,
    [],
  ]);
  expect(asked.map(imagesIn)).toEqual([4, 4]);
  const tagged = "<image-1> step 1 <image-2> step 2 <image-3> step 3 <image-4> step 4";
  const { examples } = await readDataset(folder, { pictures });
  expect(examples.map(({ id, prompt }) => [id, prompt])).toEqual([
    ["page", `Origami, a red crane, ${tagged}`],
    ["crane", `Origami, a red crane, ${tagged}`],
  ]);
  expect(readdirSync(path.join(folder, "crane"))).toHaveLength(5);
});

test("what a person wrote stays, and nothing is asked about it", async () => {
  const folder = framesIn(path.join(temporaryFolder(), "crane"));
  writeFileSync(path.join(folder, "captions.json"), "mine");
  writeFileSync(path.join(path.dirname(folder), "a.png"), png);
  writeFileSync(path.join(path.dirname(folder), "a.caption"), "");
  const { endpoint, asked } = await endpointThat(describing);
  expect(await caption(path.dirname(folder), endpoint)).toEqual({
    written: [],
    kept: 2,
    failed: [],
  });
  expect(asked).toEqual([]);
  expect(readFileSync(path.join(folder, "captions.json"), "utf8")).toBe("mine");
});

test("words that a person writes meanwhile stay", async () => {
  const folder = framesIn(path.join(temporaryFolder(), "crane"));
  const file = path.join(folder, "captions.json");
  const { endpoint } = await endpointThat((asked) => {
    writeFileSync(file, "mine");
    return describing(asked);
  });
  expect(await caption(folder, endpoint)).toMatchObject({ written: [], kept: 1 });
  expect(readFileSync(file, "utf8")).toBe("mine");
  expect(readdirSync(folder)).toHaveLength(5);
});

test("one answer that stays wrong and one damaged picture stop nothing", async () => {
  const folder = temporaryFolder();
  for (const name of ["a", "b", "c"]) framesIn(path.join(folder, name));
  writeFileSync(path.join(folder, "b", "002.png"), "no picture");
  const { endpoint } = await endpointThat("no", "no", "no", describing);
  const { written, failed } = await caption(folder, endpoint);
  expect(written).toEqual([path.join(folder, "c", "captions.json")]);
  expect(failed).toEqual([
    { file: path.join(folder, "a"), message: expect.stringContaining("did not answer as asked") },
    { file: path.join(folder, "b"), message: expect.stringContaining("002.png is not a picture") },
  ]);
});

test("words that mean something else in a caption are no answer", async () => {
  const folder = framesIn(path.join(temporaryFolder(), "crane"));
  const steps = ["a", "b <image-4> c", "d", "e --lora_up 2"];
  const { endpoint, asked } = await endpointThat(
    JSON.stringify({ subject: "x", steps }),
    describing,
  );
  expect((await caption(folder, endpoint)).written).toHaveLength(1);
  expect(asked[1]!.body.messages[2]!.content).toMatch(/steps\.1: .*steps\.3: /);
});

test("a server that goes ends the run; what is written counts the next time", async () => {
  const folder = temporaryFolder();
  for (const name of ["a", "b", "c"]) framesIn(path.join(folder, name));
  const { endpoint } = await endpointThat(describing, { status: 401 });
  await expect(caption(folder, endpoint)).rejects.toMatchObject({ code: "refused_key" });
  const progress: number[][] = [];
  const again = await endpointThat(describing);
  const onProgress = (done: number, all: number) => void progress.push([done, all]);
  const { written, kept } = await caption(folder, again.endpoint, { concurrency: 2, onProgress });
  expect([written.length, kept, again.asked.length]).toEqual([2, 1, 2]);
  expect(progress.at(-1)).toEqual([2, 2]);
});

test("a caption that cannot be written ends the run: the next would be asked in vain", async () => {
  const folder = temporaryFolder();
  for (const name of ["a", "b"]) framesIn(path.join(folder, name));
  const { endpoint, asked } = await endpointThat((question) => {
    rmSync(path.join(folder, "a"), { recursive: true });
    return describing(question);
  });
  await expect(caption(folder, endpoint)).rejects.toThrow(/cannot write .*run again to go on/);
  expect(asked).toHaveLength(1);
});

test("as many are asked at once as was said", async () => {
  const folder = temporaryFolder();
  for (const name of ["a", "b", "c", "d", "e"]) framesIn(path.join(folder, name));
  let now = 0;
  let most = 0;
  const { endpoint } = await endpointThat((asked) => {
    most = Math.max(most, ++now);
    setTimeout(() => now--, 390);
    const content = describing(asked);
    const body = JSON.stringify({ choices: [{ message: { content } }] });
    return { status: 200, body, afterMs: 400 };
  });
  expect((await caption(folder, endpoint, { concurrency: 3 })).written).toHaveLength(5);
  expect(most).toBe(3);
});

test("a page that does not tell its layout is left, unless somebody says", async () => {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, "a.png"), png);
  const { endpoint, asked } = await endpointThat(describing);
  const { failed } = await caption(folder, endpoint);
  expect(failed[0]?.message).toContain("--frames");
  expect((await caption(folder, endpoint, { frames: 9 })).written).toHaveLength(1);
  expect(asked.map(imagesIn)).toEqual([9]);
});

test("a linked page gets its caption beside the link", async () => {
  const [folder, elsewhere] = [temporaryFolder(), temporaryFolder()];
  writeFileSync(path.join(elsewhere, "original.png"), png);
  symlinkSync(path.join(elsewhere, "original.png"), path.join(folder, "a.png"));
  const { endpoint } = await endpointThat(describing);
  await caption(folder, endpoint, { frames: 4 });
  expect([readdirSync(folder), readdirSync(elsewhere)]).toEqual([
    ["a.caption", "a.png"],
    ["original.png"],
  ]);
});

test("a folder with a missing frame is put right first", async () => {
  const folder = framesIn(path.join(temporaryFolder(), "crane"));
  copyFileSync(path.join(folder, "004.png"), path.join(folder, "006.png"));
  const { endpoint, asked } = await endpointThat(describing);
  await expect(caption(folder, endpoint)).rejects.toThrow(/frame 5 missing/);
  expect(asked).toEqual([]);
});

test("a run ends when its signal says so", async () => {
  const folder = framesIn(path.join(temporaryFolder(), "crane"));
  const { endpoint } = await endpointThat("silence");
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 300);
  await expect(caption(folder, endpoint, { signal: stop.signal })).rejects.toThrow(/abort/);
  expect(readdirSync(folder)).toHaveLength(4);
});
