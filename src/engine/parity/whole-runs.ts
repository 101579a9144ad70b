// Whole runs from the prompt on, listed in `cases/cases.json`, through the pipeline that paints.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { EngineError } from "../error.js";
import type { Pipeline } from "../pipeline.js";
import { toRaster } from "../pixels.js";
import type { PaintRequest } from "../request.js";
import { randn } from "../sampling/noise.js";
import type { Known } from "../sampling/sample.js";
import { unpack, type LatentSize } from "../sampling/tokens.js";
import type { CaseFile } from "./case-file.js";
import {
  compare,
  compareIds,
  comparePictures,
  RUN_RELATIVE_RMS,
  type ParityResult,
} from "./compare.js";

const runSchema = z.object({
  file: z.string(),
  prompt: z.string(),
  b: z.number().int(),
  seed: z.number().int(),
  steps: z.number().int(),
  adapter: z.string().optional(),
  /** row by row, from 0 */
  knownCells: z.array(z.number().int().nonnegative()).default([]),
  guidance: z.number().default(0),
  maskPadding: z.boolean().default(false),
});
export type Run = z.infer<typeof runSchema>;

/** The runs of a folder; none where it lists none. */
export async function readRuns(folder: string): Promise<Run[]> {
  let text: string;
  try {
    text = await readFile(join(folder, "cases", "cases.json"), "utf8");
  } catch {
    return [];
  }
  try {
    return z.array(runSchema).parse(JSON.parse(text));
  } catch (error) {
    throw new EngineError("bad_request", `${folder}/cases/cases.json lists no runs: ${error}`, {
      cause: error,
    });
  }
}

/** From the prompt on: ids, text states, noise, known cells, latents, picture. */
export async function* wholeRun(
  pipeline: Pipeline,
  name: string,
  run: Run,
  cases: CaseFile,
): AsyncGenerator<ParityResult> {
  const text = await pipeline.encodeText(run);
  yield compareIds(`${name} t5 ids`, text.t5Ids, cases.integers("in.t5_ids"));
  yield compareIds(`${name} clip ids`, text.clipIds, cases.integers("in.clip_ids"));
  yield compare(`${name} txt`, text.txt, cases.floats("in.txt"));
  yield compare(`${name} vec`, text.vec, cases.floats("in.vec"));

  const size = cases.latentSize("in.noise");
  const noise = randn(run.seed, size.channels * size.height * size.width);
  yield compare(`${name} noise`, noise, cases.floats("in.noise"));

  const known = await pipeline.encodeKnown(givenPictures(run, cases, size), size);
  const expected = cases.known(size);
  if (known !== undefined && expected !== undefined)
    yield compare(`${name} known`, known.values, maskedValues(expected));

  const loras = await pipeline.stack({
    domains: [{ b: run.b, weight: 1 }],
    loras: run.adapter === undefined ? [] : [{ name: run.adapter, weight: 1 }],
  });
  let latents: Float32Array = noise;
  for await (const { step, x } of pipeline.sample({
    ...run,
    size,
    text,
    loras,
    known: known ?? expected,
  }))
    if (step === run.steps) latents = unpack(x, size);
  yield compare(`${name} latents`, latents, cases.floats("out.latents"), RUN_RELATIVE_RMS);
  const { data } = await pipeline.decode(latents, size);
  yield comparePictures(`${name} image`, data, cases.floats("out.image"));
}

/** The pictures that a case gives, each in its cell. */
function givenPictures(run: Run, cases: CaseFile, size: LatentSize): PaintRequest["known"] {
  const keys = ["in.picture", "in.first", "in.last"].filter((key) => cases.has(key));
  return keys.map((key, i) => {
    const [, , height, width] = cases.shape(key) as [number, number, number, number];
    const columns = (8 * size.width) / width;
    const index = run.knownCells[i] ?? 0;
    const cell = {
      x: (index % columns) * width,
      y: Math.floor(index / columns) * height,
      width,
      height,
    };
    return { cell, picture: toRaster({ width, height, data: cases.floats(key) }) };
  });
}

const maskedValues = ({ mask, values }: Known): Float32Array =>
  values.map((value, i) => (mask[i] === 1 ? value : 0));
