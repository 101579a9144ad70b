import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "#src/config.js";
import { pictureOperations } from "#src/pictures/index.js";
import { meanDistance } from "#src/procedures/distance.js";
import { generate, openContext, refine } from "#src/procedures/index.js";
import { afterAll, expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";
import { embeddedDir } from "./workshop.js";

const folder = temporaryFolder();
const pictures = pictureOperations();

/** The embedded model without its interpolation LoRA, in fewer steps. */
async function openUntrained(interpolation: { layout: string; cells: number[] } | undefined) {
  const modelDir = path.join(folder, "model");
  cpSync(embeddedDir, modelDir, { recursive: true });
  rmSync(path.join(modelDir, "interpolation.safetensors"));
  const file = path.join(modelDir, "model.json");
  const model = JSON.parse(readFileSync(file, "utf8"));
  delete model.adapters.interpolation;
  model.knownCells.interpolation = interpolation;
  model.sampling.steps = 8;
  writeFileSync(file, JSON.stringify(model));
  return openContext({
    adaptersDir: path.join(packageRoot(), "adapters"),
    modelDir,
    dataDir: folder,
    allowedFolders: [],
    homeDir: folder,
    engine: { threads: 1 },
  });
}

const raster = { layout: "raster", cells: [0, 3] };
let context: Awaited<ReturnType<typeof openUntrained>> | undefined;
afterAll(() => context?.close());

test.each([
  ["snake", undefined],
  ["raster", raster],
])("the %s paints steps that belong between their neighbours", async (_, interpolation) => {
  await context?.close();
  context = await openUntrained(interpolation);
  const { store } = context;
  const parent = await generate(context, { subject: "a boat", domain: "painting", frames: 4 });
  const made = await refine(context, { procedureId: parent.id, between: [2, 3], seed: 7 });
  const look = (file: string) =>
    pictures.fit({ source: { bytes: readFileSync(store.filePath(made.id, file)) }, sidePx: 96 });
  const [before, first, , after] = await Promise.all(
    made.steps.slice(1, 5).map(({ file }) => look(file)),
  );
  expect(made.notes.join()).toContain("no weights of its own");
  expect(meanDistance(first!, before!)).toBeGreaterThan(0.5);
  expect(meanDistance(first!, before!)).toBeLessThan(30);
  expect(meanDistance(first!, after!)).toBeLessThan(30);
});
