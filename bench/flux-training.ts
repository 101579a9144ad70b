// One double and one single block of FLUX.1-dev at their real width in LoRA training, computed again on
// the way back as the recipes do, and what a whole step follows to take.
import type { Graph } from "../src/engine/graph/index.js";
import { downName, upName } from "../src/engine/layers/low-rank.js";
import { fluxTransformer } from "../src/engine/models/flux.js";
import { openGraph } from "../src/engine/runtime/session.js";
import { addFlowMatchingLoss } from "../src/engine/train/flow-matching.js";
import { freeWeights } from "../src/engine/train/gradient-graph.js";
import { cutIntoSegments } from "../src/engine/train/segments.js";
import {
  blockFlop,
  DOUBLE_BLOCKS,
  fluxDev,
  noiseFeeds,
  PAGE_TOKENS,
  SINGLE_BLOCKS,
  TEXT_TOKENS,
} from "./flux-dev.js";
import { GEMM_FLOP, openGemm } from "./gemm.js";
import { median, repeat, type Row } from "./report.js";

const RANK = 64;
/** Of a page of a third of the side, on which the blocks are timed. */
const TIMED_TOKENS = 22 * 22;

export async function benchFluxTraining(): Promise<Row[]> {
  const gemm = await openGemm();
  const rate = GEMM_FLOP / median(await repeat(6, gemm)) / 1e6;
  const graph = fluxTransformer(fluxDev);
  addFlowMatchingLoss(graph, fluxDev.inChannels);
  const wrt = graph.lowRankModules.flatMap(({ name }) => [downName(name), upName(name)]);
  const sizes: Record<string, number> = {
    B·L: TIMED_TOKENS,
    B·S: TEXT_TOKENS,
    tokens: TIMED_TOKENS + TEXT_TOKENS,
  };
  const [, double, single] = cutIntoSegments(graph, {
    wrt,
    sizeOf: (name) => sizes[name] ?? (name.startsWith("rank of ") ? RANK : undefined),
  });
  const doubleMs = await timeOf(double!.forward, double!.backward, sizes);
  const singleMs = await timeOf(single!.forward, single!.backward, sizes);
  const flop = trainingFlop(TIMED_TOKENS + TEXT_TOKENS);
  const share = (2 * flop) / (doubleMs + singleMs) / 1e6 / rate;
  const seconds =
    ((DOUBLE_BLOCKS + SINGLE_BLOCKS) * trainingFlop(PAGE_TOKENS + TEXT_TOKENS)) /
    (share * rate * 1e9);
  return [
    { what: "FLUX.1-dev's blocks in LoRA training over Gemm's rate", value: share, unit: "" },
    { what: "… so a step on one page of 1056 px takes", value: seconds / 60, unit: "min" },
  ];
}

/** Forward, and backward with the forward again: three products a weight and token, no weight's gradient. */
function trainingFlop(tokens: number): number {
  const { hiddenSize } = fluxDev;
  return 2 * blockFlop(tokens) + (2 * tokens * 12 * hiddenSize ** 2 + 8 * tokens ** 2 * hiddenSize);
}

/** ms of one run forward and one back. */
async function timeOf(forward: Graph, backward: Graph, sizes: Record<string, number>) {
  let total = 0;
  for (const part of [forward, backward]) {
    freeWeights(part, [...part.weights.keys()]);
    const feeds = noiseFeeds(part, (dim) => sizes[dim] ?? RANK);
    const session = await openGraph(part);
    await session.run(feeds);
    const start = performance.now();
    await session.run(feeds);
    total += performance.now() - start;
    await session.close();
  }
  return total;
}
