// What a training is told: one JSON file, checked whole before anything is computed.
import { createHash } from "node:crypto";
import path from "node:path";
import { z } from "zod";
import { autoencoderConfig, clipConfig, fluxConfig, t5Config } from "../engine/train/index.js";
import { readJsonFile } from "../json-file.js";
import { crafts } from "../world/index.js";
import { TrainingError } from "./error.js";

const optimizer = z.discriminatedUnion("name", [
  z.strictObject({
    name: z.literal("adamw"),
    betas: z.tuple([z.number(), z.number()]).exactOptional(),
    weightDecay: z.number().exactOptional(),
  }),
  z.strictObject({
    name: z.literal("came"),
    weightDecay: z.number().exactOptional(),
  }),
  z.strictObject({ name: z.literal("prodigy"), weightDecay: z.number().exactOptional() }),
  z.strictObject({
    name: z.literal("muon"),
    momentum: z.number().exactOptional(),
    weightDecay: z.number().exactOptional(),
  }),
]);

/** What every training has. */
const common = {
  /** the run's folder: checkpoint, log, report; relative to the configuration's file */
  out: z.string().min(1),
  /** a packed checkpoint that a run without one of its own goes on from; `train pack` writes it */
  start: z.string().min(1).exactOptional(),
  seed: z.int().nonnegative().default(0),
  steps: z.int().positive(),
  optimizer: optimizer.default({ name: "adamw" }),
  learningRate: z.strictObject({
    peak: z.number().positive(),
    warmupSteps: z.int().nonnegative().default(0),
    schedule: z.enum(["constant", "cosine"]).default("cosine"),
  }),
  /** batches a step is the mean of, where one as large does not fit into memory */
  accumulate: z.int().positive().exactOptional(),
  /** largest norm of the gradients */
  clip: z.number().positive().default(1),
  average: z
    .strictObject({ share: z.number().positive().max(1), longest: z.number().positive() })
    .default({ share: 0.1, longest: 2000 }),
  saveEverySeconds: z.number().positive().default(300),
  /** 0: no pictures on the way, which need room for the model beside its training */
  previewEverySteps: z.int().nonnegative().default(500),
};

export const autoencoderTrainingConfig = z.strictObject({
  kind: z.literal("autoencoder"),
  ...common,
  /** the model folder that gets the weights */
  model: z.string().min(1),
  network: autoencoderConfig.omit({ file: true, scaleFactor: true, shiftFactor: true }),
  framePx: z.int().multipleOf(16),
  batch: z.int().positive(),
  pageShare: z.strictObject({ early: z.number().min(0).max(1), late: z.number().min(0).max(1) }),
});

/** How times between noise and picture are drawn. */
const times = z
  .strictObject({
    /** the deviation of their logits */
    spread: z.number().positive(),
    /** towards noise; as the schedule of sampling has it where it is not given */
    shift: z.number().positive().exactOptional(),
  })
  .default({ spread: 1.1 });

/** The share of pages learnt without their words, so that guidance can lead away from those. */
const captionDropout = z.number().min(0).max(1).default(0);

/** The scenes that a model learns from, drawn and encoded by its autoencoder. */
const worldData = {
  /** where the latents lie */
  folder: z.string().min(1),
  seed: z.int().nonnegative(),
  sequences: z.int().positive(),
  framePx: z.int().multipleOf(16),
  /** slugs of the crafts that take turns; all where they are not given */
  crafts: z
    .array(z.enum(crafts.map(({ slug }) => slug)))
    .min(1)
    .exactOptional(),
};

/** Finished pictures, those of the sequences first; as many as sequences where it is not given. */
const pictures = z.int().positive().exactOptional();

export const worldConfig = z
  .strictObject({
    kind: z.literal("world"),
    model: z.string().min(1),
    /** how the model is called */
    name: z.string().min(1),
    /** how it paints: Euler steps, and guidance away from the empty prompt; unless given, as model.json says */
    sampling: z
      .strictObject({
        steps: z.int().positive(),
        trueCfg: z.number().min(1).exactOptional(),
        /** where nothing is known of the page */
        generate: z.strictObject({ trueCfg: z.number().min(1) }).exactOptional(),
      })
      .exactOptional(),
    ...worldData,
    pictures,
    /** of a model that learns from nothing; its autoencoder is there already */
    networks: z
      .strictObject({
        transformer: fluxConfig,
        t5: t5Config.omit({ tokenizer: true, vocabSize: true }).required(),
        clip: clipConfig.omit({ tokenizer: true, vocabSize: true }).required(),
      })
      .exactOptional(),
    /** a model folder whose networks it takes, so that it learns adapters alone */
    base: z.string().min(1).exactOptional(),
  })
  .refine(({ networks, base }) => (networks === undefined) !== (base === undefined), {
    path: ["networks"],
    error: "give the model's own networks, or a base that has them",
  });

const baseTrainingConfig = z.strictObject({
  kind: z.literal("base"),
  ...common,
  model: z.string().min(1),
  data: z.strictObject({ ...worldData, pictures }),
  /** pages a step sees of each kind */
  batch: z.strictObject({
    finished: z.int().nonnegative(),
    four: z.int().nonnegative(),
    nine: z.int().nonnegative(),
  }),
  /** of the pages, how many are sheets of finished pictures */
  sheetShare: z.number().min(0).max(1),
  times,
  /** the shift of the first two thirds of the steps: near noise it is learnt what words mean, then what things look like */
  earlyShift: z.number().positive().exactOptional(),
  captionDropout,
});

/** Pages of people's own: see `data/`. */
const ownPages = {
  /** a folder of pages with captions, or of folders of frames */
  pages: z.string().min(1),
  /** of a page whose caption does not say it */
  frames: z.union([z.literal(9), z.literal(4)]).default(9),
  pagePx: z.strictObject({ nine: z.int().multipleOf(48), four: z.int().multipleOf(32) }),
};

const count = z.int().nonnegative();

const adapterTrainingConfig = z.strictObject({
  kind: z.enum(["asymmetric-lora", "recraft", "interpolation", "style"]),
  ...common,
  model: z.string().min(1),
  /** what the adapter is called, where its kind does not say it */
  name: z
    .string()
    .regex(/^[a-z][a-z0-9_-]*$/)
    .exactOptional(),
  rank: z.int().positive(),
  /** what the domains share of their LoRA; an asymmetric one shares A */
  shares: z.enum(["A", "AB", "nothing"]).exactOptional(),
  /** of the world's pages, where no cell of them is known */
  layout: z.enum(["snake", "raster"]).exactOptional(),
  /** crafts of the world with few sequences to learn from */
  scarce: z
    .strictObject({ crafts: z.array(z.string()).min(1), sequences: z.int().positive() })
    .exactOptional(),
  /** the LoRA counts α/r; the rank where it is not given */
  alpha: z.number().positive().exactOptional(),
  data: z.union([z.strictObject(worldData), z.strictObject(ownPages)]),
  /** pages a step sees: of the world by kind (`run`: four consecutive frames), of one's own together */
  batch: z.union([
    z.strictObject({
      nine: count.exactOptional(),
      four: count.exactOptional(),
      run: count.exactOptional(),
      finished: count.exactOptional(),
    }),
    z.int().positive(),
  ]),
  times,
  captionDropout,
  /** block by block: memory for one block, a third more work */
  recompute: z.boolean().default(false),
});

const domainTrainingConfig = z.strictObject({
  kind: z.literal("domain"),
  ...common,
  /** its asymmetric LoRA gives A */
  model: z.string().min(1),
  /** the folder that gets `<slug>/` with all that the tools need */
  adapters: z.string().min(1),
  slug: z.string().regex(/^[a-z][a-z_]*$/),
  /** as the prompt says it: "origami folding process" */
  phrase: z.string().min(1),
  data: z.strictObject(ownPages),
  /** pages a step sees */
  batch: z.int().positive(),
  times,
  captionDropout,
  recompute: z.boolean().default(false),
});

export const trainingConfig = z.discriminatedUnion("kind", [
  autoencoderTrainingConfig,
  worldConfig,
  baseTrainingConfig,
  adapterTrainingConfig,
  domainTrainingConfig,
]);
export type AdapterConfig = z.infer<typeof adapterTrainingConfig>;
export type DomainConfig = z.infer<typeof domainTrainingConfig>;
export type WorldConfig = z.infer<typeof worldConfig>;
export type TrainingConfig = z.infer<typeof trainingConfig>;
export type OptimizerConfig = z.infer<typeof optimizer>;

export interface LoadedConfig {
  config: TrainingConfig;
  /** what relative paths are relative to */
  folder: string;
  /** all fields that decide the result */
  decisive: Record<string, unknown>;
  /** of them */
  fingerprint: string;
}

/**
 * @param seed - stands for every `{seed}` in the file
 * @throws TrainingError `bad_config` with the first field that is wrong
 */
export async function loadTrainingConfig(file: string, seed?: number): Promise<LoadedConfig> {
  const config = await readConfig(file, trainingConfig, seed);
  const decisive = decisiveFields(config);
  return {
    config,
    folder: path.dirname(path.resolve(file)),
    decisive,
    fingerprint: fingerprintOf(decisive),
  };
}

/**
 * @param seed - as loadTrainingConfig has it
 * @throws TrainingError `bad_config` with the first field that is wrong
 */
export async function readConfig<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
  seed?: number,
): Promise<z.infer<Schema>> {
  const edit = (text: string) => (seed === undefined ? text : withSeed(text, seed));
  try {
    return await readJsonFile(file, schema, edit);
  } catch (cause) {
    throw new TrainingError("bad_config", (cause as Error).message, { cause });
  }
}

/** A text that is nothing but `{seed}` becomes the number. */
const withSeed = (text: string, seed: number): string =>
  text.replaceAll('"{seed}"', `${seed}`).replaceAll("{seed}", `${seed}`);

/** Where a run lies and how often it is looked at may change while it goes on. */
const harmless = new Set(["out", "start", "saveEverySeconds", "previewEverySteps"]);

const decisiveFields = (config: TrainingConfig): Record<string, unknown> =>
  Object.fromEntries(Object.entries(config).filter(([key]) => !harmless.has(key)));

const fingerprintOf = (decisive: Record<string, unknown>): string =>
  createHash("sha256").update(JSON.stringify(decisive)).digest("hex");
