import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LatentMapFit } from "#src/engine/fit-latent-map.js";
import { createEngine } from "#src/engine/index.js";
import { latentMapOf, pictureOf } from "#src/engine/latent-map.js";
import { readModelConfig } from "#src/engine/models/config.js";
import { Networks } from "#src/engine/networks.js";
import { toRaster } from "#src/engine/pixels.js";
import type { PaintProgress, PaintRequest } from "#src/engine/request.js";
import { fluxDev } from "#src/doctor/flux-dev.js";
import { embedded, redRocket } from "./red-rocket.js";
import { temporaryFolder } from "../support/temporary.js";

test("a map is found again in pictures that it has made", () => {
  const weights = [
    [0.1, -0.2, 0.05],
    [0, 0.3, -0.1],
  ];
  const bias = [0.2, -0.1, 0];
  const [rows, columns] = [2, 3];
  const latents = Float32Array.from({ length: 12 }, (_, i) => Math.sin(7 * i));
  const data = new Float32Array(3 * 64 * rows * columns);
  const [height, width] = [8 * rows, 8 * columns];
  data.forEach((_, i) => {
    const [colour, y, x] = [
      Math.floor(i / (height * width)),
      Math.floor(i / width) % height,
      i % width,
    ];
    const pixel = Math.floor(y / 8) * columns + Math.floor(x / 8);
    const channels = [latents[pixel]!, latents[rows * columns + pixel]!];
    data[i] = bias[colour]! + channels.reduce((sum, z, c) => sum + z * weights[c]![colour]!, 0);
  });
  const fit = new LatentMapFit(2);
  fit.add(latents, { height, width, data });
  const map = fit.map();
  map.weights.forEach((row, c) => row.forEach((w, i) => expect(w).toBeCloseTo(weights[c]![i]!, 3)));
  map.bias.forEach((b, i) => expect(b).toBeCloseTo(bias[i]!, 3));
});

test("a channel that is always the same, or another one's double, breaks no map", () => {
  const varied = Array.from({ length: 4 }, (_, i) => Math.sin(i));
  const latents = Float32Array.from([...varied, ...varied, 0, 0, 0, 0]);
  const data = new Float32Array(3 * 64 * 4).map((_, i) => Math.cos(i));
  const fit = new LatentMapFit(3);
  fit.add(latents, { height: 16, width: 16, data });
  const { weights, bias } = fit.map();
  expect([...weights.flat(), ...bias].every(Number.isFinite)).toBe(true);
  expect(weights[2]!.map(Math.abs)).toEqual([0, 0, 0]);
});

test("the embedded model's map shows what its latents show", async () => {
  const config = await readModelConfig(embedded);
  const networks = new Networks(embedded, config);
  const data = new Float32Array(3 * 64 * 64).fill(0.9);
  for (let y = 16; y < 48; y++) for (let x = 16; x < 48; x++) data[64 * y + x] = -0.6;
  const latents = await networks.encode({ height: 64, width: 64, data });
  const small = pictureOf(latents, { height: 8, width: 8 }, latentMapOf(config)!);
  const at = (x: number, y: number) => [
    ...small.data.subarray(3 * (8 * y + x), 3 * (8 * y + x) + 3),
  ];
  const [red, green] = at(4, 4) as [number, number];
  expect(green - red).toBeGreaterThan(40); // the square lacks red, the ground is white
  expect(Math.min(...at(0, 0))).toBeGreaterThan(200);
  const back = toRaster(await networks.decode(latents, { channels: 16, height: 8, width: 8 }));
  expect(back.data[3 * (64 * 32 + 32) + 1]! - back.data[3 * (64 * 32 + 32)]!).toBeGreaterThan(40);
  await networks.close();
});

test("FLUX's autoencoder is known, and a strange one without a map is not", () => {
  expect(latentMapOf(fluxDev)?.weights).toHaveLength(16);
  const strange = { ...fluxDev, autoencoder: { ...fluxDev.autoencoder, scaleFactor: 0.5 } };
  expect(latentMapOf(strange)).toBeUndefined();
  const ofFour = { weights: [[1, 0, 0]], bias: [0, 0, 0] };
  expect(latentMapOf({ ...strange, latentRgb: ofFour })).toBeUndefined();
});

const request: PaintRequest = {
  ...redRocket,
  domains: [],
  steps: 16,
};

async function previews(modelDir: string, steps: number) {
  const engine = createEngine();
  const seen: PaintProgress[] = [];
  await engine.paint({ ...request, modelDir, steps }, { onProgress: (one) => seen.push(one) });
  await engine.close();
  return seen.filter(({ preview }) => preview !== undefined);
}

test("now and then a step brings a picture, and the last does not need one", async () => {
  const seen = await previews(embedded, 16);
  expect(seen.map(({ phase, step }) => `${phase} ${step}`)).toEqual(
    [2, 4, 6, 8, 10, 12, 14].map((step) => `sample ${step}`),
  );
  expect(seen[0]!.preview).toMatchObject({ width: 8, height: 8 });
});

test("a model without a map brings none", async () => {
  const folder = temporaryFolder();
  cpSync(embedded, folder, { recursive: true });
  const file = join(folder, "model.json");
  const { latentRgb, ...model } = JSON.parse(readFileSync(file, "utf8"));
  expect(latentRgb).toBeDefined();
  writeFileSync(file, JSON.stringify(model));
  expect(await previews(folder, 4)).toEqual([]);
});
