// A context whose painter is a fake: every cell its own flat grey, known cells as they were given. The
// catalogue, the store and the pictures are real, and the model is what `small-model.json` says.
import { readFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "#src/config.js";
import { pictureOperations } from "#src/pictures/index.js";
import { loadDomains } from "#src/procedures/domains.js";
import { type Context, createJobs, type Jobs } from "#src/procedures/index.js";
import { parseModel } from "#src/procedures/model.js";
import { createStore } from "#src/procedures/store.js";
import type { PaintRequest, PaintResult } from "#src/workers/index.js";

export const embeddedDir = path.join(packageRoot(), "models", "embedded");

/** Of a model that draws one thing at a time, in six domains and on pages of 192 px. */
export const smallModel: Record<string, unknown> = JSON.parse(
  readFileSync(new URL("small-model.json", import.meta.url), "utf8"),
);

export interface Workshop extends Context {
  requests: PaintRequest[];
  jobs: Jobs;
}

export async function openWorkshop(
  dataDir: string,
  changes: { model?: Record<string, unknown>; transformer?: string } = {},
): Promise<Workshop> {
  const requests: PaintRequest[] = [];
  return {
    domains: loadDomains(path.join(packageRoot(), "adapters")),
    model: parseModel({ ...smallModel, ...changes.model }),
    modelDir: embeddedDir,
    dataDir,
    store: createStore(dataDir),
    jobs: createJobs({ dataDir, store: createStore(dataDir) }),
    pictures: pictureOperations(),
    allowedFolders: [dataDir],
    homeDir: dataDir,
    requests,
    engine: {
      async paint(request, { onProgress } = {}) {
        requests.push(request);
        onProgress?.({ phase: "sample", step: request.steps, steps: request.steps });
        return paint(request, changes);
      },
      state: async () => ({ doing: "off" }),
      rest: async () => true,
    },
  };
}

function paint(
  request: PaintRequest,
  { transformer = "t1" }: { transformer?: string },
): PaintResult {
  const { widthPx: width, heightPx: height } = request;
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const cell = 3 * Math.floor((3 * y) / height) + Math.floor((3 * x) / width);
      data.fill(120 + 10 * cell, 3 * (y * width + x), 3 * (y * width + x) + 3);
    }
  for (const { cell, picture } of request.known)
    for (let row = 0; row < picture.height; row++)
      data.set(
        picture.data.subarray(3 * row * picture.width, 3 * (row + 1) * picture.width),
        3 * ((cell.y + row) * width + cell.x),
      );
  return {
    page: { width, height, data },
    knownPsnrDb: request.known.map(() => 40),
    ran: { variant: "cpu", cacheThreshold: 0 },
    versions: {
      transformer,
      asymmetric: "a1",
      ...Object.fromEntries(request.loras.map(({ name }) => [name, `${name}-1`])),
    },
    timings: { loadMs: 1, textMs: 2, sampleMs: 3, decodeMs: 4 },
  };
}
