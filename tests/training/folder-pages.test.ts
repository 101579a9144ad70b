// People's own pages beside the world's: the same frames must come out as the same tokens and known cells.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { compose, layoutFor } from "#src/grid/index.js";
import { encodePng } from "#src/pictures/encode.js";
import { openFolderPages } from "#src/training/folder-pages.js";
import type { PageSource } from "#src/training/pages.js";
import { makeWorldData, worldSequence } from "#src/training/world-data.js";
import { openWorldPages } from "#src/training/world-pages.js";
import { createPictureHost } from "#src/workers/index.js";
import { craftNamed, framesOf, randomFrom, renderFrames } from "#src/world/index.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";
import { FRAME_PX, writeModel } from "./tiny.js";

const root = temporaryFolder();
const modelDir = path.join(root, "model");
const pictures = createPictureHost();
const data = {
  modelDir,
  folder: path.join(root, "latents"),
  seed: 1,
  sequences: 1,
  framePx: FRAME_PX,
  crafts: ["lego"],
};

beforeAll(async () => {
  await writeModel(modelDir);
  await makeWorldData(data);
});
afterAll(() => pictures.close());

test.each([
  ["recraft", 9, "9", "nine"],
  ["recraft", 4, "4", "four"],
  ["interpolation", 9, "run of 9", "run"],
] as const)("%s from a page of %d frames", async (task, count, ownKind, worldKind) => {
  const { scene, craft } = worldSequence(data.seed, 0, [craftNamed("lego")!]);
  const frames = await renderFrames(framesOf(scene, craft, 9, FRAME_PX), FRAME_PX);
  const shown = count === 9 ? frames : craft.four.map((stage) => frames[stage - 1]!);
  const folder = path.join(root, `${task}-${count}`);
  mkdirSync(folder);
  const { png } = await encodePng(compose(layoutFor(count, "snake"), shown));
  writeFileSync(path.join(folder, "page.png"), png);
  writeFileSync(path.join(folder, "page.caption"), "a page");
  const own = await openFolderPages({
    task,
    folder,
    modelDir,
    cacheDir: path.join(folder, "cache"),
    frames: count,
    pagePx: { nine: 3 * FRAME_PX, four: 2 * FRAME_PX },
    batch: 1,
    pictures,
  });
  const world = await openWorldPages({ task, data, batch: { [worldKind]: 1 } });
  const draw = (source: PageSource, kind: string, chance: number) => {
    const { tokens, known } = source.draw(randomFrom(`${chance}`), kind, 0);
    return { tokens, known };
  };
  const drawn = Array.from({ length: 60 }, (_, i) => draw(own, ownKind, i));
  expect(drawn).toContainEqual(draw(world, worldKind, 0));
  own.close();
  world.close();
});
