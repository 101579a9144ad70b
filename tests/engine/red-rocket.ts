// A page that the embedded model paints: small, of two steps, for tests to change a field of.
import { fileURLToPath } from "node:url";
import type { PaintRequest } from "#src/engine/request.js";

export const embedded = fileURLToPath(new URL("../../models/embedded", import.meta.url));

export const redRocket: PaintRequest = {
  modelDir: embedded,
  prompt: "2*2 of 4 sub-images, step-by-step sketch drawing process, a red rocket",
  widthPx: 64,
  heightPx: 64,
  domains: [{ b: 5, weight: 1 }],
  loras: [],
  seed: 3,
  steps: 2,
  guidance: 1,
  maskPadding: false,
  known: [],
};
