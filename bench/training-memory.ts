// Whether memory stays where it is: the recipes' trainings with small networks on small frames, pictures
// and checkpoints on the way included.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../src/config.js";
import { loadTrainingConfig, runTraining } from "../src/training/index.js";
import type { Row } from "./report.js";

const WINDOW = 100;
const data = { folder: "latents", seed: 1, sequences: 21, framePx: 16 };
const { framePx } = data;
const network = recipe("autoencoder").network as object;

export async function benchTrainingMemory(steps = 300): Promise<Row[]> {
  const learning = { steps, saveEverySeconds: 1, previewEverySteps: 50 };
  const folder = mkdtempSync(join(tmpdir(), "makeanything-bench-"));
  try {
    const autoencoder = await growth(folder, "autoencoder", {
      ...learning,
      network: { ...network, chMult: [1, 1, 1, 1] },
      framePx,
      batch: 1,
      out: "autoencoder",
      pageShare: { early: 0.5, late: 0.5 },
    });
    await growth(folder, "world", { ...data, pictures: data.sequences, networks: smallNetworks() });
    const base = await growth(folder, "base", {
      ...learning,
      out: "base",
      data,
      batch: { finished: 2, four: 1, nine: 1 },
    });
    return Object.entries({ autoencoder, base }).map(([name, value]) => ({
      what: `memory of the last ${WINDOW} of ${steps} steps over the first, ${name}`,
      value,
      unit: "×",
      atMost: 1.1,
    }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Resident memory at the end of a recipe's training over that at its beginning. */
async function growth(folder: string, name: string, change: object): Promise<number> {
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify({ ...recipe(name), ...change, model: "model" }));
  const sizes: number[] = [];
  await runTraining(await loadTrainingConfig(file), {
    onStep: () => sizes.push(process.memoryUsage.rss()),
  });
  const mean = (values: number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
  return mean(sizes.slice(-WINDOW)) / mean(sizes.slice(0, WINDOW));
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
