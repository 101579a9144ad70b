// Whether memory stays where it is: the recipes' trainings with small networks on small frames, pictures
// and checkpoints on the way included.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../src/config.js";
import { loadTrainingConfig, runTraining } from "../src/training/index.js";
import type { Row } from "./report.js";

const WINDOW = 100;
const MIB = 2 ** 20;
const data = { folder: "latents", seed: 1, sequences: 21, framePx: 16 };
const { framePx } = data;
const network = recipe("autoencoder").network as object;

export async function benchTrainingMemory(steps = 300): Promise<Row[]> {
  const learning = { steps, saveEverySeconds: 1, previewEverySteps: 50 };
  const folder = mkdtempSync(join(tmpdir(), "makeanything-bench-"));
  try {
    const autoencoder = await memoryOf(folder, "autoencoder", {
      ...learning,
      network: { ...network, chMult: [1, 1, 1, 1] },
      framePx,
      batch: 1,
      out: "autoencoder",
      pageShare: { early: 0.5, late: 0.5 },
    });
    await memoryOf(folder, "world", {
      ...data,
      pictures: data.sequences,
      networks: smallNetworks(),
    });
    const base = await memoryOf(folder, "base", {
      ...learning,
      out: "base",
      data,
      batch: { finished: 2, four: 1, nine: 1 },
    });
    return Object.entries({ autoencoder, base }).flatMap(([name, [first, warm, last]]) => [
      { what: `memory of ${name}, first ${WINDOW} steps`, value: first / MIB, unit: "MiB" },
      { what: `after a tenth of ${steps}`, value: warm / MIB, unit: "MiB" },
      { what: `last ${WINDOW} over that`, value: last / warm, unit: "×", atMost: 1.1 },
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Resident memory of a recipe's training at its beginning, after a tenth of it, when the runtime has taken
 * what it works in, and at its end; each the mean of some steps.
 */
async function memoryOf(
  folder: string,
  name: string,
  change: object,
): Promise<[first: number, warm: number, last: number]> {
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify({ ...recipe(name), ...change, model: "model" }));
  const sizes: number[] = [];
  await runTraining(await loadTrainingConfig(file), {
    onStep: () => sizes.push(process.memoryUsage.rss()),
  });
  const meanFrom = (step: number) =>
    sizes.slice(step, step + WINDOW).reduce((sum, one) => sum + one, 0) / WINDOW;
  return [meanFrom(0), meanFrom(Math.floor(sizes.length / 10)), meanFrom(sizes.length - WINDOW)];
}

function recipe(name: string): Record<string, unknown> {
  const file = join(packageRoot(), "recipes/embedded", `${name}.json`);
  return JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
}

function smallNetworks(): object {
  const networks = recipe("world").networks as { transformer: object };
  const small = { hiddenSize: 64, numHeads: 1, depth: 1, depthSingle: 1 };
  return { ...networks, transformer: { ...networks.transformer, ...small } };
}
