import { readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { createEngine } from "#src/engine/index.js";
import { latentSize } from "#src/engine/latent-size.js";
import { Pipeline, type SampleInput } from "#src/engine/pipeline.js";
import type { PaintProgress, PaintRequest } from "#src/engine/request.js";
import { loadModel } from "#src/procedures/index.js";
import type { Raster } from "#src/raster.js";
import { relativeRms } from "../support/relative-rms.js";
import { redRocket } from "./red-rocket.js";
import { temporaryFolder } from "../support/temporary.js";

const engine = createEngine();
afterAll(() => engine.close());

const { length: domains } = (await loadModel(redRocket.modelDir)).domains;
const request: PaintRequest = {
  ...redRocket,
  prompt: "3*3 of 9 sub-images, step-by-step sketch drawing process, a red rocket",
  widthPx: 192,
  heightPx: 192,
};

const checkered = (side: number): Raster => ({
  width: side,
  height: side,
  data: Uint8Array.from({ length: 3 * side * side }, (_, i) => (i * 37) % 256),
});

test("the same request gives the same page, another seed or domain another", async () => {
  const { page } = await engine.paint(request);
  expect(page).toMatchObject({ width: 192, height: 192 });
  expect((await engine.paint({ ...request, seed: 4 })).page.data).not.toEqual(page.data);
  const painting = { ...request, domains: [{ b: 2, weight: 1 }] };
  expect((await engine.paint(painting)).page.data).not.toEqual(page.data);
  expect((await engine.paint(request)).page.data).toEqual(page.data);
});

test("pages of other sizes and shapes", async () => {
  const { page } = await engine.paint({ ...request, widthPx: 128, heightPx: 64 });
  expect([page.width, page.height, page.data.length]).toEqual([128, 64, 3 * 128 * 64]);
});

test("a known picture comes back untouched, with a measure of how foreign it is", async () => {
  const picture = checkered(64);
  const cell = { x: 128, y: 128, width: 64, height: 64 };
  const loras = [{ name: "recraft", weight: 1 }];
  const { page, knownPsnrDb, versions } = await engine.paint({
    ...request,
    loras,
    known: [{ cell, picture }],
  });
  for (let row = 0; row < 64; row++) {
    const at = 3 * ((128 + row) * 192 + 128);
    expect(page.data.subarray(at, at + 192)).toEqual(
      picture.data.subarray(192 * row, 192 * (row + 1)),
    );
  }
  expect(knownPsnrDb[0]).toBeLessThan(15);
  expect(Object.keys(versions)).toEqual(["transformer", "asymmetric", "recraft"]);
});

test("weights may lie behind links", async () => {
  const folder = temporaryFolder();
  for (const name of readdirSync(request.modelDir))
    symlinkSync(join(request.modelDir, name), join(folder, name));
  const linked = createEngine();
  const { page } = await linked.paint({ ...request, modelDir: folder });
  expect(page.data).toEqual((await engine.paint(request)).page.data);
  await linked.close();
});

test("leaving padding out changes the text the model sees", async () => {
  const { page } = await engine.paint({ ...request, maskPadding: true });
  expect(page.data).not.toEqual((await engine.paint(request)).page.data);
});

test("true guidance leads on from what the empty prompt leads to", async () => {
  const pipeline = await Pipeline.open(request.modelDir);
  const size = latentSize(request, 16);
  const fixed = { size, loras: await pipeline.stack(request), known: undefined, seed: 3, steps: 1 };
  const text = await pipeline.encodeText(request);
  const none = await pipeline.encodeText({ ...request, prompt: "" });
  const endOf = async (input: Pick<SampleInput, "text" | "unguided" | "trueCfg">) => {
    for await (const { x } of pipeline.sample({ ...fixed, guidance: 1, ...input })) return x;
    throw new Error("no step");
  };
  const [to, from] = [await endOf({ text }), await endOf({ text: none })];
  const guided = await endOf({ text, unguided: { text: none }, trueCfg: 2.5 });
  const expected = to.map((value, i) => from[i]! + 2.5 * (value - from[i]!));
  expect(relativeRms(guided, expected)).toBeLessThan(1e-5);
  await pipeline.close();

  const { page } = await engine.paint({ ...request, trueCfg: 1 });
  expect(page.data).toEqual((await engine.paint(request)).page.data);
  const strong = await engine.paint({ ...request, trueCfg: 4 });
  expect(strong.page.data).not.toEqual(page.data);
});

test("progress tells phases in order; sessions are made once, whatever the domain and the stack", async () => {
  const fresh = createEngine();
  const seen: PaintProgress[] = [];
  const onProgress = (progress: PaintProgress) => seen.push(progress);
  const phases = () => [...new Set(seen.splice(0).map(({ phase }) => phase))];
  await fresh.paint(request, { onProgress });
  expect(seen.filter(({ phase }) => phase === "sample").map(({ step }) => step)).toEqual([0, 1, 2]);
  expect(phases()).toEqual(["load", "text", "sample", "decode"]);
  await fresh.paint({ ...request, domains: [{ b: 2, weight: 1 }] }, { onProgress });
  expect(phases()).toEqual(["text", "sample", "decode"]);
  const mix = [
    { b: 1, weight: 0.5 },
    { b: 3, weight: 0.5 },
  ];
  const loras = [
    { name: "recraft", weight: 1 },
    { name: "interpolation", weight: 0.5 },
  ];
  await fresh.paint({ ...request, domains: mix, loras }, { onProgress });
  expect(phases()).toEqual(["text", "sample", "decode"]);
  await fresh.close();
});

test("a cancel ends the job between steps, and the next job works", async () => {
  const controller = new AbortController();
  let steps = 0;
  const job = engine.paint(
    { ...request, steps: 50 },
    {
      signal: controller.signal,
      onProgress: ({ phase, step }) => {
        if (phase === "sample") steps = step;
        if (steps === 2) controller.abort();
      },
    },
  );
  await expect(job).rejects.toMatchObject({ code: "cancelled" });
  expect(steps).toBe(2);
  await expect(engine.paint(request)).resolves.toBeDefined();
});

describe("requests that cannot be painted are refused", () => {
  const cell = { x: 0, y: 0, width: 64, height: 64 };
  test.each<[string, Partial<PaintRequest>, string]>([
    ["a page off the token grid", { widthPx: 200 }, "multiples of 16 px, got 200 x 192"],
    ["no step", { steps: 0 }, "steps must be 1 or more"],
    [
      "a domain the file lacks",
      { domains: [{ b: domains + 1, weight: 1 }] },
      `B 1 to ${domains}, not ${domains + 1}`,
    ],
    ["an adapter the folder lacks", { loras: [{ name: "x", weight: 1 }] }, "no adapter x"],
    [
      "a picture larger than its cell",
      { known: [{ cell, picture: checkered(72) }] },
      "picture of 72 x 72 px in a cell of 64 x 64",
    ],
    [
      "a cell outside the page",
      { known: [{ cell: { ...cell, x: 136 }, picture: checkered(64) }] },
      "leaves the page",
    ],
  ])("%s", async (_, change, message) => {
    await expect(engine.paint({ ...request, ...change })).rejects.toThrow(message);
  });
});
