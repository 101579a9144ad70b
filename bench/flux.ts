// FLUX.1-dev's blocks at their real width on the processor: the time of each over its floor, which is its
// products at the rate of one large Gemm, and beside PyTorch's where Python has it.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { packageRoot } from "../src/config.js";
import { between, countOf, type Graph } from "../src/engine/graph/index.js";
import { fluxBlocks } from "../src/engine/models/flux.js";
import { openSession } from "../src/engine/runtime/session.js";
import { writeSafetensors } from "../src/engine/weights/write.js";
import { blockFlop, fluxDev, noise, noiseFeeds, TEXT_TOKENS } from "./flux-dev.js";
import { GEMM_FLOP, openGemm } from "./gemm.js";
import { median, repeat, type Row } from "./report.js";

const RUNS = 3;
const GEMMS = 8;
const PAUSE_MS = 100;
const { hiddenSize } = fluxDev;

type Block = "double" | "single";

const blocks: Record<Block, (whole: Graph) => Graph> = {
  double: (whole) =>
    between(whole, {
      from: { "img embedded": [1, "L", hiddenSize], "txt embedded": [1, "S", hiddenSize] },
      to: ["img after double_blocks.0", "txt after double_blocks.0"],
    }),
  single: (whole) =>
    between(whole, {
      from: {
        "img after double_blocks.0": [1, "L", hiddenSize],
        "txt after double_blocks.0": [1, "S", hiddenSize],
      },
      to: ["img after all blocks"],
    }),
};

/** @param imgTokens - 4096 of a page of 1024 px, 4356 of one of 1056 px */
export async function benchFlux({ imgTokens }: { imgTokens: number }): Promise<Row[]> {
  const rows: Row[] = [];
  const theirs = torchTimes(imgTokens);
  const tokens = imgTokens + TEXT_TOKENS;
  for (const block of ["double", "single"] as const) {
    const { ms, gemmMs } = await timeOf(block, imgTokens);
    const over = ms / ((blockFlop(tokens) / GEMM_FLOP) * gemmMs);
    rows.push(
      { what: "large Gemm, float32", value: GEMM_FLOP / gemmMs / 1e6, unit: "GFLOP/s" },
      { what: `${block} block, ${tokens} tokens`, value: ms, unit: "ms" },
      { what: "its time over its floor", value: over, unit: "×" },
      { what: "its rate over the Gemm's", value: 1 / over, unit: "×", atLeast: 0.7 },
    );
    if (theirs)
      rows.push({
        what: "its time over PyTorch's",
        value: ms / theirs[block],
        unit: "×",
        atMost: 1,
      });
  }
  return rows;
}

/** ms of one run, its weights in a file as people have them, and of one large Gemm in between. */
async function timeOf(block: Block, imgTokens: number): Promise<{ ms: number; gemmMs: number }> {
  const graph = blocks[block](fluxBlocks(fluxDev, { takesLora: false }));
  const sizes: Record<string, number> = {
    L: imgTokens,
    S: TEXT_TOKENS,
    tokens: imgTokens + TEXT_TOKENS,
  };
  const folder = mkdtempSync(join(tmpdir(), "makeanything-bench-"));
  try {
    const file = join(folder, `${block}.safetensors`);
    await writeNoise(file, graph);
    const session = await openSession(graph, file);
    const feeds = noiseFeeds(graph, (dim) => sizes[dim]!);
    const time = async () => {
      const start = performance.now();
      await session.run(feeds);
      return performance.now() - start;
    };
    const gemm = await openGemm();
    const [gemms, times]: [number[], number[]] = [[], []];
    await time();
    for (let run = 0; run < RUNS; run++) {
      // With a pause: the threads of one session go on spinning for a while.
      await setTimeout(PAUSE_MS);
      gemms.push(...(await repeat(GEMMS, gemm)));
      await setTimeout(PAUSE_MS);
      times.push(await time());
    }
    await session.close();
    return { ms: median(times), gemmMs: median(gemms) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function writeNoise(file: string, { weights }: Graph): Promise<void> {
  const most = noise(Math.max(...[...weights.values()].map(countOf)));
  const tensors = [...weights].map(
    ([key, shape]) => [key, { shape, data: most.subarray(0, countOf(shape)) }] as const,
  );
  await writeSafetensors(file, new Map(tensors), { dtype: "BF16" });
}

/** ms of the same blocks; undefined, and a line that says so, where there is no PyTorch. */
function torchTimes(imgTokens: number): Record<Block, number> | undefined {
  const script = join(packageRoot(), "bench/flux-block.py");
  const args = [script, imgTokens, TEXT_TOKENS, cpus().length, RUNS].map(String);
  const { status, stdout } = spawnSync("python3", args, { encoding: "utf8" });
  if (status === 0) return JSON.parse(stdout) as Record<Block, number>;
  console.log("skipped: PyTorch's times, for want of a python3 with torch\n");
  return undefined;
}
