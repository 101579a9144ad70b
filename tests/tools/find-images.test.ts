import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { findImages } from "#src/tools/find-images.js";
import type { Answer, ToolSettings } from "#src/tools/index.js";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { noise, plain, pngThatSays } from "../pictures/made.js";
import { sampleFiles, sampleProcedure } from "../procedures/fixtures/sample.mjs";
import { openWorkshop, type Workshop } from "../procedures/workshop.js";
import { temporaryFolder } from "../support/temporary.js";

const dataDir = temporaryFolder();
const photos = temporaryFolder();
const roots = temporaryFolder();
let workshop: Workshop;

beforeAll(async () => {
  workshop = await openWorkshop(dataDir);
  workshop.allowedFolders = [photos, dataDir];
  workshop.clientFolders = async () => [roots];
  mkdirSync(path.join(photos, "trip"));
  put("old.png", await plain().png().toBuffer(), 1);
  put("trip/photo.jpg", await noise(600).jpeg().toBuffer(), 2);
  put("broken.png", Buffer.from("no picture"), 3);
  put("bomb.png", pngThatSays(30_000, 30_000), 4);
  put(path.join(roots, "new.png"), await plain().png().toBuffer(), 5);
  const procedure = sampleProcedure();
  await workshop.store.save(procedure, sampleFiles(procedure.id));
  mkdirSync(path.join(dataDir, "exports"));
  writeFileSync(path.join(dataDir, "exports", "ours.gif"), "g");
});

function put(name: string, bytes: Uint8Array, at: number): void {
  const file = path.resolve(photos, name);
  writeFileSync(file, bytes);
  utimesSync(file, at, at);
}

async function find(
  input: { name?: string; limit?: number } = {},
  settings: Partial<ToolSettings> = {},
  signal?: AbortSignal,
) {
  const answer = await findImages.run(workshop, findImages.input.parse(input), {
    settings: { previewBudgetBytes: 700 * 1024, previewSidePx: 640, ...settings },
    jobs: workshop.jobs,
    version: "1.2.3",
    signal,
  });
  return { ...answer, structured: findImages.output.parse(answer.structured) };
}
const names = ({ structured }: Awaited<ReturnType<typeof find>>) =>
  structured.images.map(({ file }) => path.basename(file));
const jpegs = ({ blocks }: Answer<unknown>) =>
  blocks.flatMap((block) => (block.kind === "picture" ? [block.jpeg] : []));

describe("find_images", () => {
  test("lists the newest first, without what this server has painted itself", async () => {
    const found = await find();
    expect(names(found)).toEqual(["new.png", "bomb.png", "broken.png", "photo.jpg", "old.png"]);
    expect(found.structured).toMatchObject({ folders: [photos, dataDir, roots], complete: true });
    expect(found.structured.images[0]).toMatchObject({ modified: "1970-01-01T00:00:05.000Z" });
  });

  test("shows a thumbnail of each, under its path, and says why one is missing", async () => {
    const { structured, blocks } = await find();
    const [first, ...shown] = blocks;
    expect(shown.map(({ kind }) => kind).join(" ")).toBe("text picture text picture text picture");
    const texts = shown.flatMap((block) => (block.kind === "text" ? [block.text] : []));
    const missing = structured.images.filter(({ not_shown }) => not_shown !== undefined);
    expect(texts).toEqual(
      structured.images.filter((image) => !missing.includes(image)).map(({ file }) => file),
    );
    expect(missing.map(({ not_shown }) => not_shown)).toEqual([
      expect.stringContaining("100 million pixels"),
      expect.stringContaining("is not a picture"),
    ]);
    for (const { file, modified } of structured.images)
      expect(first).toMatchObject({ text: expect.stringContaining(`${file} [${modified}`) });
    const sizes = await Promise.all(
      jpegs({ structured, blocks }).map(async (jpeg) => (await sharp(jpeg).metadata()).width),
    );
    expect(sizes).toEqual([256, 256, 256]);
  });

  test("keeps within the budget and lists what it cannot show", async () => {
    const found = await find({}, { previewBudgetBytes: 10_000 });
    const bytes = jpegs(found).reduce((sum, { length }) => sum + length, 0);
    expect(jpegs(found).length).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(10_000);
    expect(found.structured.images[3]).toMatchObject({ not_shown: "no room in this answer" });
    expect(found.structured.images).toHaveLength(5);
  });

  test("finds a picture by a part of its name, and as many as asked for", async () => {
    expect(names(await find({ name: "PHOTO" }))).toEqual(["photo.jpg"]);
    expect(names(await find({ limit: 2 }))).toEqual(["new.png", "bomb.png"]);
  });

  test("says where to save a picture when there is none", async () => {
    const { blocks } = await find({ name: "nothing like it" });
    expect(blocks).toEqual([
      { kind: "text", text: expect.stringMatching(`No picture .*saved in .*${photos}`) },
    ]);
  });

  test.each([0, 25, 1.5])("refuses %s pictures with what goes instead", (limit) => {
    const { error } = findImages.input.safeParse({ limit });
    expect(error?.issues[0]?.message).toContain("from 1 to 24");
  });

  test("ends when it is cancelled", async () => {
    await expect(find({}, {}, AbortSignal.abort())).rejects.toThrow("abort");
  });
});
