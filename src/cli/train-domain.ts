// makeanything train domain --frames DIR --name origami: writes the configuration that a person would
// otherwise write, beside the run, and leaves one that is there as it is.
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { loadModel, pagePx } from "../procedures/index.js";
import { configFrom } from "./settings.js";
import type { TrainFlags } from "./train.js";

// On the embedded model, for 40 sequences: at a fifth of the rate, 400 steps end at a higher loss on others.
const STEPS = 200;
const RATE = 0.01;

/** @returns the configuration's file */
export async function configureDomain(flags: TrainFlags): Promise<string> {
  const { frames, name, phrase = `${name} process`, steps = STEPS } = flags;
  if (frames === undefined || name === undefined)
    throw new Error("a domain needs --frames DIR and --name SLUG, or --config FILE");
  const { dataDir, modelDir } = configFrom(flags);
  const model = await loadModel(modelDir);
  const run = path.join(dataDir, "training", name);
  const file = path.join(run, "config.json");
  if (existsSync(file)) return file;
  // A slip must not stay in a configuration that the next try would find.
  if (!existsSync(frames)) throw new Error(`--frames: there is no folder ${path.resolve(frames)}`);
  await mkdir(run, { recursive: true });
  const config = {
    kind: "domain",
    out: run,
    model: modelDir,
    adapters: path.join(dataDir, "adapters"),
    slug: name,
    phrase,
    data: {
      pages: path.resolve(frames),
      pagePx: { nine: pagePx(model, 9), four: pagePx(model, 4) },
    },
    batch: 8,
    seed: 0,
    steps,
    previewEverySteps: Math.ceil(steps / 4),
    learningRate: { peak: RATE, warmupSteps: 20, schedule: "cosine" },
  };
  await writeFile(file, `${JSON.stringify(config, null, 2)}\n`);
  return file;
}
