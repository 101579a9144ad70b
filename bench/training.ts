// A training step of the embedded transformer against plain large matrix products in the same run.
import { setTimeout } from "node:timers/promises";
import {
  clipGradients,
  fluxTransformer,
  initialize,
  readModelConfig,
} from "../src/engine/train/index.js";
import { flowBatch } from "../src/training/flow.js";
import { createOptimizer } from "../src/training/optimizer.js";
import { openTransformer } from "../src/training/transformer.js";
import { randomFrom } from "../src/world/index.js";
import { GEMM_FLOP, openGemm } from "./gemm.js";
import { median, repeat, type Row } from "./report.js";
import { stepFlop } from "./transformer.js";

const ROUNDS = 4;
const BLOCK = 8;
const PAUSE_MS = 100;
const BATCH = 16;
/** The base's recipe has three kinds of pages, about as much work each, for one update. */
const BATCHES = 3;

/** A step of pages of nine frames, every weight of the transformer trained. */
export async function benchTraining(modelDir: string): Promise<Row[]> {
  const { transformer: config, t5, autoencoder } = await readModelConfig(modelDir);
  const size = { channels: autoencoder.zChannels, height: 24, width: 24 };
  const [imgTokens, textLength] = [(size.height * size.width) / 4, t5.maxLength!];
  const { weights } = fluxTransformer(config, { takesLora: false });
  const parameters = initialize(weights, 1);
  const optimizer = createOptimizer(parameters, { name: "muon" });
  const wrt = [...weights.keys(), "txt", "vec"];
  const session = await openTransformer({
    config,
    size,
    batch: BATCH,
    textLength,
    parameters,
    wrt,
  });
  const random = randomFrom("bench");
  const draw = (length: number) => Float32Array.from({ length }, () => random.between(-1, 1));
  const pages = Array.from({ length: BATCH }, () => ({
    tokens: draw(imgTokens * config.inChannels),
  }));
  const flow = flowBatch(pages, config.inChannels, random, { spread: 1 });
  const text = {
    txt: draw(BATCH * textLength * config.contextDim),
    vec: draw(BATCH * config.vecDim),
  };
  const [gemms, gradients, updates]: [number[], number[], number[]] = [[], [], []];
  const step = async () => {
    const start = performance.now();
    let result = await session.run(flow, text);
    for (let i = 1; i < BATCHES; i++) result = await session.run(flow, text);
    const middle = performance.now();
    clipGradients(result.gradients, 1);
    await optimizer.step(result.gradients, 1e-4);
    const end = performance.now();
    gradients.push(middle - start);
    updates.push(end - middle);
    return end - start;
  };
  const gemm = await openGemm();
  const steps: number[] = [];
  await step();
  for (let round = 0; round < ROUNDS; round++) {
    // In blocks, with a pause: the threads of one session go on spinning for a while.
    gemms.push(...(await repeat(BLOCK, gemm)));
    await setTimeout(PAUSE_MS);
    steps.push(...(await repeat(1, step)));
    await setTimeout(PAUSE_MS);
  }
  await session.close();
  // Backward there are two products for each one forward.
  const flop = 3 * BATCHES * BATCH * stepFlop(config, imgTokens, textLength, 0);
  const gemmRate = GEMM_FLOP / median(gemms);
  return [
    {
      what: `gradients of ${BATCHES} batches of ${BATCH} pages`,
      value: median(gradients),
      unit: "ms",
    },
    { what: "clipping and Muon", value: median(updates), unit: "ms" },
    {
      what: "rate of a training step over the Gemm's",
      value: flop / median(steps) / gemmRate,
      unit: "×",
      atLeast: 0.4,
    },
  ];
}
