// A page that the embedded model paints: small, of two steps, for tests to change a field of.
import { fileURLToPath } from "node:url";
import type { PaintRequest } from "#src/engine/request.js";
import { loadModel } from "#src/procedures/model.js";

export const embedded = fileURLToPath(new URL("../../models/embedded", import.meta.url));
const { domains } = await loadModel(embedded);
const { b, phrase } = domains.find(({ domain }) => domain === "sketch")!;

export const redRocket: PaintRequest = {
  modelDir: embedded,
  prompt: `2*2 of 4 sub-images, step-by-step ${phrase}, a red rocket`,
  widthPx: 64,
  heightPx: 64,
  domains: [{ b: b as number, weight: 1 }],
  loras: [],
  seed: 3,
  steps: 2,
  guidance: 1,
  maskPadding: false,
  known: [],
};
