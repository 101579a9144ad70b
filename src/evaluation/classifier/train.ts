// From a recipe to the classifier's weights.
import { createHash } from "node:crypto";
import path from "node:path";
import { z } from "zod";
import { createOrthogonalizer, muon, type Parameter } from "../../engine/train/index.js";
import { readJsonFile } from "../../json-file.js";
import { train, type TrainingProgress } from "../../training/index.js";
import { EvaluationError } from "../error.js";
import { classifierObjective } from "./training.js";

const recipe = z.strictObject({
  /** the run's folder and the weights, relative to the recipe */
  out: z.string().min(1),
  file: z.string().min(1),
  seed: z.int().nonnegative(),
  /** pictures of each thing in each craft */
  copies: z.number().positive().max(100),
  batch: z.int().positive().max(1024),
  steps: z.int().positive(),
  learningRate: z.strictObject({
    peak: z.number().positive(),
    warmupSteps: z.int().nonnegative(),
  }),
  weightDecay: z.number().nonnegative(),
});

export interface ClassifierRun {
  signal?: AbortSignal;
  onDrawn?: (done: number, all: number) => void;
  onStep?: (progress: TrainingProgress) => void;
}

/** Trains from where it was stopped. @throws EvaluationError `bad_recipe` */
export async function trainClassifier(file: string, run: ClassifierRun = {}): Promise<void> {
  const config = await readRecipe(file);
  const { out, steps, learningRate, weightDecay, ...rest } = config;
  const { onDrawn, ...loop } = run;
  const at = (relative: string) => path.resolve(path.dirname(file), relative);
  const objective = await classifierObjective({
    ...rest,
    file: at(rest.file),
    ...(onDrawn && { onDrawn }),
  });
  try {
    await train(objective, {
      out: at(out),
      origin: {
        fingerprint: createHash("sha256").update(JSON.stringify(config)).digest("hex"),
        decisive: config,
      },
      optimizer: (parameters) =>
        muon(parameters.map(asMatrix), {
          orthogonalize: createOrthogonalizer(),
          weightDecay,
          takes: ({ name }) => name.endsWith("conv.weight"),
          adamw: { betas: [0.9, 0.99], weightDecay },
        }),
      learningRate: { ...learningRate, schedule: "cosine", steps },
      clip: 1,
      average: { share: 0.1, longest: 500 },
      saveEverySeconds: 120,
      previewEverySteps: steps,
      ...loop,
    });
  } finally {
    await objective.close();
  }
}

/** A kernel [out, in, height, width] as the matrix of the same numbers that it is to what it sees. */
const asMatrix = (parameter: Parameter): Parameter => {
  const [rows = 1, ...columns] = parameter.shape;
  return { ...parameter, shape: [rows, columns.reduce((product, size) => product * size, 1)] };
};

async function readRecipe(file: string): Promise<z.infer<typeof recipe>> {
  try {
    return await readJsonFile(file, recipe);
  } catch (cause) {
    throw new EvaluationError("bad_recipe", (cause as Error).message, { cause });
  }
}
