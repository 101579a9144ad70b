// FLUX.1-dev whole, where there is a graphics card for it: a step over its floor, which is its products at
// the rate of large Gemms in the same numbers, and a page. All weights are zero. That takes the operations as
// long, but less power: a card whose power is its limit may be slower with real ones.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FirstBlockCache } from "../src/engine/first-block-cache.js";
import { networksOptions } from "../src/engine/networks-options.js";
import { Pipeline } from "../src/engine/pipeline.js";
import type { LatentSize } from "../src/engine/sampling/tokens.js";
import { memoryNeeds, type VariantName } from "../src/engine/variants/index.js";
import { cardOf, settleOnCard } from "./card.js";
import { TEXT_TOKENS } from "./flux-dev.js";
import { gemmRate } from "./gemm.js";
import { hollowConfig, writeHollowModel } from "./hollow-model.js";
import { median, type Row } from "./report.js";
import { stepFlop } from "./transformer.js";

export interface DeviceBench {
  /** of a square page */
  imgTokens: number;
  steps: number;
  /** double and single blocks; undefined: all */
  depth?: number | undefined;
  /** undefined: the first that a card can run */
  variant?: VariantName | undefined;
}

const WARM_UP_STEPS = 3;

export async function benchFluxDevice(asked: DeviceBench): Promise<Row[]> {
  const { steps, variant } = asked;
  const config = hollowConfig(asked.depth);
  const folder = mkdtempSync(join(tmpdir(), "makeanything-bench-"));
  try {
    const settings = { variant, cacheFolder: join(folder, "cache") };
    const settlement = await settleOnCard(config, settings);
    if (settlement === undefined) return [];
    await writeHollowModel(folder, config);
    const options = await networksOptions(folder, config, settings);
    const pipeline = new Pipeline(folder, config, options);
    const side = 2 * Math.round(Math.sqrt(asked.imgTokens));
    const size = { channels: config.autoencoder.zChannels, height: side, width: side };
    const imgTokens = side ** 2 / 4;

    const flopPerMs = await gemmRate(settlement.device, settlement.variant.compute);
    await paint(pipeline, size, WARM_UP_STEPS);
    const whole = await paint(pipeline, size, steps);
    await paint(pipeline, size, WARM_UP_STEPS, new EveryThird());
    const cache = new EveryThird();
    const cached = await paint(pipeline, size, steps, cache);
    await decode(pipeline, size);
    const decodeMs = await decode(pipeline, size);
    await pipeline.close();

    const stepMs = median(whole.stepMs);
    const floorMs = stepFlop(config.transformer, imgTokens, TEXT_TOKENS, 0) / flopPerMs;
    const { total } = memoryNeeds(config.transformer, { imgTokens })(settlement.variant);
    const card = await cardOf(settlement);
    const pageBound = card.includes("H200") ? { atMost: 2.8 } : {};
    const seconds = (ms: number) => ({ value: (ms + decodeMs) / 1000, unit: "s" });
    return [
      { what: `large Gemm, ${card}`, value: flopPerMs / 1e9, unit: "TFLOP/s" },
      {
        what: `${options.variant}: a step, ${imgTokens + TEXT_TOKENS} tokens`,
        value: stepMs,
        unit: "ms",
      },
      { what: "its time over its floor", value: stepMs / floorMs, unit: "×", atMost: 1.35 },
      { what: "a page decoded", value: decodeMs, unit: "ms" },
      { what: `${steps} steps and decoded`, ...seconds(whole.ms) },
      { what: `the same, ${cache.taken} steps reused`, ...seconds(cached.ms), ...pageBound },
      { what: "memory with a domain, computed", value: total / 1e9, unit: "GB" },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Of zeros all steps are alike. At a threshold of 0.08 others report 1.55 times the speed: a third reused. */
class EveryThird extends FirstBlockCache {
  taken = 0;
  #step = 0;

  constructor() {
    super(0.08);
  }

  override restFor(change: Float32Array): Float32Array | undefined {
    const rest = super.restFor(change);
    if (++this.#step % 3 !== 0 || rest === undefined) return undefined;
    this.taken++;
    return rest;
  }
}

/** In ms: all, and every step but the first, in which the modulation may run for all. */
async function paint(
  pipeline: Pipeline,
  size: LatentSize,
  steps: number,
  cache?: FirstBlockCache,
): Promise<{ ms: number; stepMs: number[] }> {
  const { contextDim, vecDim } = hollowConfig().transformer;
  const txt = new Float32Array(TEXT_TOKENS * contextDim);
  const text = { t5Ids: [], clipIds: [], txt, vec: new Float32Array(vecDim) };
  const loras = await pipeline.stack({ domains: [], loras: [] });
  const ends = [performance.now()];
  const job = { size, text, loras, known: undefined, seed: 0, steps, guidance: 3.5, cache };
  for await (const { step } of pipeline.sample(job)) ends[step] = performance.now();
  const stepMs = ends.slice(2).map((end, i) => end - ends[i + 1]!);
  return { ms: ends.at(-1)! - ends[0]!, stepMs };
}

async function decode(pipeline: Pipeline, size: LatentSize): Promise<number> {
  const begin = performance.now();
  await pipeline.decode(new Float32Array(size.channels * size.height * size.width), size);
  return performance.now() - begin;
}
