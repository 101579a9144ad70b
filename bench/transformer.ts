// One step of the embedded transformer against plain large matrix products in the same run, and what
// changing the domain costs.
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { ropeTable } from "../src/engine/layers/rope.js";
import { readModelConfig, type FluxConfig } from "../src/engine/models/config.js";
import { Networks } from "../src/engine/networks.js";
import { imageIds } from "../src/engine/sampling/tokens.js";
import {
  domainCount,
  openLora,
  stackLoras,
  type LoraStack,
} from "../src/engine/weights/lora/index.js";
import { GEMM_FLOP, openGemm } from "./gemm.js";
import { median, repeat, type Row } from "./report.js";

const ROUNDS = 8;
const BLOCK = 8;
const PAUSE_MS = 100;

export async function benchTransformer(modelDir: string): Promise<Row[]> {
  const config = await readModelConfig(modelDir);
  const networks = new Networks(modelDir, config);
  const file = await openLora(join(modelDir, config.adapters.asymmetric!), networks.modules);
  const domain = (b: number) => stackLoras(networks.modules, [{ file, b, weight: 1 }]);

  const size = { channels: config.autoencoder.zChannels, height: 24, width: 24 };
  const [imgTokens, txtTokens] = [(size.height * size.width) / 4, config.t5.maxLength!];
  const { axesDim, theta, inChannels, contextDim, vecDim } = config.transformer;
  const ids = Float32Array.from([...new Float32Array(3 * txtTokens), ...imageIds(size)]);
  const input = {
    img: new Float32Array(imgTokens * inChannels).fill(0.1),
    txt: new Float32Array(txtTokens * contextDim).fill(0.1),
    vec: new Float32Array(vecDim).fill(0.1),
    timestep: 0.5,
    guidance: 1,
    rope: ropeTable(ids, axesDim, theta),
  };
  const time = async (loras: LoraStack) => {
    const start = performance.now();
    await networks.predict({ ...input, loras });
    return performance.now() - start;
  };

  const gemm = await openGemm();
  const [gemms, steps, switches]: [number[], number[], number[]] = [[], [], []];
  let loras = domain(1);
  await repeat(3, () => time(loras));
  for (let round = 0; round < ROUNDS; round++) {
    // In blocks, with a pause: the threads of one session go on spinning for a while.
    gemms.push(...(await repeat(BLOCK, gemm)));
    await setTimeout(PAUSE_MS);
    steps.push(...(await repeat(BLOCK, () => time(loras))));
    const start = performance.now();
    loras = domain((round % domainCount(file)) + 1);
    switches.push(performance.now() - start);
    await setTimeout(PAUSE_MS);
  }
  await networks.close();
  const rank = Math.max(...[...loras.pairs.values()].map((pair) => pair.rank));
  const flop = stepFlop(config.transformer, imgTokens, txtTokens, rank);
  const rate = GEMM_FLOP / median(gemms) / 1e6;
  const share = flop / median(steps) / 1e6 / rate;
  return [
    { what: "large Gemm, float32", value: rate, unit: "GFLOP/s" },
    { what: "transformer step with a domain's LoRA", value: median(steps), unit: "ms" },
    { what: "its rate over the Gemm's", value: share, unit: "×", atLeast: 0.6 },
    { what: "another domain", value: median(switches), unit: "ms", atMost: 50 },
  ];
}

/** Floating-point operations of one step's matrix products, attention and LoRA branches included. */
export function stepFlop(config: FluxConfig, img: number, txt: number, rank: number): number {
  const { hiddenSize: C, mlpRatio, depth, depthSingle } = config;
  const tokens = img + txt;
  const linear = (rows: number, from: number, to: number) =>
    2 * rows * (from * to + rank * (from + to));
  const attention = 4 * tokens * tokens * C;
  const double =
    linear(tokens, C, 3 * C) +
    linear(tokens, C, C) +
    linear(tokens, C, mlpRatio * C) +
    linear(tokens, mlpRatio * C, C) +
    2 * linear(1, C, 6 * C) +
    attention;
  const single =
    linear(tokens, C, (3 + mlpRatio) * C) +
    linear(tokens, (1 + mlpRatio) * C, C) +
    linear(1, C, 3 * C) +
    attention;
  const ends =
    2 * img * config.inChannels * C * 2 + 2 * txt * config.contextDim * C + 2 * C * 2 * C;
  return depth * double + depthSingle * single + ends;
}
