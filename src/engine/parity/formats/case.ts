// The files of a folder of formats: `index.json` lists the cases, each a folder with a `case.json`.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { EngineError } from "../../error.js";
import { modelConfig, type ModelConfig } from "../../models/config.js";

const kind = z.enum(["base", "bad-base", "lora", "bad-lora", "autoencoder", "text-encoder"]);

/** The name of a folder or a file in it; nothing outside is read. */
const inside = z.string().regex(/^(?!\/)(?!.*(^|\/)\.\.(\/|$))[^\\]+$/);

const indexSchema = z.object({
  cases: z.array(z.object({ name: inside, kind })),
});

const part = z.object({ case: inside, dims: z.record(z.string(), z.unknown()) });

const caseSchema = z.object({
  name: z.string(),
  kind,
  /** dimensions of the transformer */
  model: z.record(z.string(), z.unknown()),
  /** what a user would give */
  entry: inside,
  /** for a LoRA: the folder of the base it is put on */
  base: inside.optional(),
  case: inside.optional(),
  answers: z
    .array(
      z.object({
        out: z.string(),
        stack: z.array(
          z.object({
            file: inside,
            weight: z.number(),
            domain: z.union([z.number(), z.record(z.string(), z.number())]).optional(),
          }),
        ),
      }),
    )
    .default([]),
  parts: z
    .object({ t5: part.optional(), clip: part.optional(), autoencoder: part.optional() })
    .default({}),
  tolerance: z.object({ relativeRms: z.number().positive() }).default({ relativeRms: 1e-4 }),
  /** what has to be said */
  expect: z.record(z.string(), z.unknown()).optional(),
});

export type FormatIndex = z.infer<typeof indexSchema>;
export type FormatCase = z.infer<typeof caseSchema>;

export const readIndex = (folder: string): Promise<FormatIndex> =>
  readAs(indexSchema, join(folder, "index.json"));

export const readCase = (folder: string, name: string): Promise<FormatCase> =>
  readAs(caseSchema, join(folder, name, "case.json"));

/** @throws EngineError `bad_request` where the file is not there, or something else */
async function readAs<T>(schema: z.ZodType<T>, path: string): Promise<T> {
  try {
    return schema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (error) {
    throw new EngineError("bad_request", `${path} describes no cases: ${error}`, { cause: error });
  }
}

/** Dimensions of networks that a case says nothing of; they are never opened. */
const unused = {
  t5: { vocabSize: 1, dModel: 1, dKv: 1, dFf: 1, numLayers: 0, numHeads: 1 },
  clip: { vocabSize: 1, hiddenSize: 1, intermediateSize: 1, numLayers: 0, numHeads: 1 },
  autoencoder: {
    ch: 32, chMult: [1], numResBlocks: 1, zChannels: 1, scaleFactor: 1, shiftFactor: 0,
  },
}; // prettier-ignore

/** The case as a model folder would describe it: every network in the file that a user would give. */
export function configOf({ name, model, entry, parts }: FormatCase): ModelConfig {
  return modelConfig.parse({
    name,
    transformer: { ...model, file: entry },
    t5: { ...(parts.t5?.dims ?? unused.t5), file: entry },
    clip: { ...(parts.clip?.dims ?? unused.clip), file: entry },
    autoencoder: { ...(parts.autoencoder?.dims ?? unused.autoencoder), file: entry },
  });
}
