import { readFileSync } from "node:fs";
import path from "node:path";
import { loadModel } from "#src/procedures/index.js";
import { updateModelJson } from "#src/training/model-folder.js";
import { expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";
import { world, writeModel } from "./tiny.js";
import { prepareWorldModel } from "#src/training/world-model.js";

const folder = temporaryFolder();
await writeModel(folder);
const sampling = async () => (await loadModel(folder)).sampling;

test("a model of the world says what it can draw", () => {
  const model = JSON.parse(readFileSync(path.join(folder, "model.json"), "utf8")) as object;
  expect(model).toMatchObject({ name: "tiny", pagePx: { nine: 48, four: 32 }, thingsAtOnce: 2 });
});

test("it paints as its configuration says, else as somebody wrote into it", async () => {
  expect(await sampling()).toMatchObject({ steps: 20 });
  await updateModelJson(folder, (model) => ({ ...model, sampling: { steps: 7 } }));
  await prepareWorldModel(folder, world);
  expect(await sampling()).toMatchObject({ steps: 7 });
  await prepareWorldModel(folder, { ...world, sampling: { steps: 5, trueCfg: 2 } });
  expect(await sampling()).toMatchObject({ steps: 5, trueCfg: 2 });
});
