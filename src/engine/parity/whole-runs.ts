// Whole runs from the prompt on, listed in `cases/cases.json`.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { EngineError } from "../error.js";
import { ropeTable } from "../layers/rope.js";
import type { Networks } from "../networks.js";
import { randn } from "../sampling/noise.js";
import { imageIds } from "../sampling/tokens.js";
import { openTokenizer } from "../text/tokenizer.js";
import { stackLoras, type LoraPart } from "../weights/lora.js";
import { openAdapter } from "./adapters.js";
import type { CaseFile } from "./case-file.js";
import {
  compare,
  compareIds,
  comparePictures,
  RUN_RELATIVE_RMS,
  type ParityResult,
} from "./compare.js";
import { sampled } from "./sampled.js";

const runSchema = z.object({
  file: z.string(),
  prompt: z.string(),
  b: z.number().int(),
  seed: z.number().int(),
  steps: z.number().int(),
  adapter: z.string().optional(),
});
export type Run = z.infer<typeof runSchema>;

export async function readRuns(folder: string): Promise<Run[]> {
  let text: string;
  try {
    text = await readFile(join(folder, "cases", "cases.json"), "utf8");
  } catch {
    return [];
  }
  return z.array(runSchema).parse(JSON.parse(text));
}

/** From the prompt on: ids, text states, noise, latents, picture; each is held, and then used. */
export async function* wholeRun(
  networks: Networks,
  folder: string,
  name: string,
  run: Run,
  cases: CaseFile,
): AsyncGenerator<ParityResult> {
  const { config } = networks;
  const texts = { t5: config.t5, clip: config.clip };
  const ids: Record<string, number[]> = {};
  for (const [kind, { tokenizer, maxLength }] of Object.entries(texts)) {
    if (tokenizer === undefined || maxLength === undefined)
      throw new EngineError("bad_model_config", `model.json: ${kind} has no tokenizer`);
    const opened = await openTokenizer(join(folder, tokenizer), maxLength);
    ids[kind] = opened.encode(run.prompt).ids;
    yield compareIds(`${name} ${kind} ids`, ids[kind], cases.integers(`in.${kind}_ids`));
  }
  const txt = await networks.encodeText(
    ids.t5!,
    ids.t5!.map(() => true),
  );
  yield compare(`${name} txt`, txt, cases.floats("in.txt"));
  const vec = await networks.poolText(ids.clip!);
  yield compare(`${name} vec`, vec, cases.floats("in.vec"));
  const size = cases.latentSize("in.noise");
  const noise = randn(run.seed, size.channels * size.height * size.width);
  yield compare(`${name} noise`, noise, cases.floats("in.noise"));

  const asymmetric = await openAdapter(networks, folder, "asymmetric");
  const parts: LoraPart[] = [{ file: asymmetric, b: run.b, weight: 1 }];
  if (run.adapter !== undefined)
    parts.push({ file: await openAdapter(networks, folder, run.adapter), weight: 1 });
  const { axesDim, theta, contextDim } = config.transformer;
  const textIds = new Float32Array((3 * txt.length) / contextDim);
  const fixed = {
    txt,
    vec,
    guidance: 0,
    rope: ropeTable(Float32Array.from([...textIds, ...imageIds(size)]), axesDim, theta),
    loras: stackLoras(networks.modules, parts),
  };
  const latents = await sampled(networks, cases, fixed, size, run.steps);
  yield compare(`${name} latents`, latents, cases.floats("out.latents"), RUN_RELATIVE_RMS);
  const { data } = await networks.decode(latents, size);
  yield comparePictures(`${name} image`, data, cases.floats("out.image"));
}
