// The model folder that learns from the world, before it has weights: tokenizers for the world's words,
// and a `model.json` that says what it will be able to draw.
import { mkdir } from "node:fs/promises";
import {
  backgrounds,
  blueprint,
  colorNames,
  relations,
  sizes,
  subjects,
  tokensOf,
  vocabulary,
} from "../world/index.js";
import type { WorldConfig } from "./config.js";
import { craftsOf } from "./world-data.js";
import { updateModelJson } from "./model-folder.js";
import { writeTokenizers } from "./tokenizer.js";

/** Words of the prompt forms, which stay whole, and of a style that only an adapter will know. */
const forms = ["3*3", "2*2", "sub-images", "step-by-step", blueprint.phrase];

export async function prepareWorldModel(modelDir: string, config: WorldConfig): Promise<void> {
  await mkdir(modelDir, { recursive: true });
  const networks = config.networks && (await ownNetworks(modelDir, config.networks));
  await updateModelJson(modelDir, (model) => ({
    ...model,
    ...networks,
    name: config.name,
    pagePx: { nine: 3 * config.framePx, four: 2 * config.framePx },
    domains: craftsOf(config).map(({ slug, phrase, colors }, i) => ({
      domain: slug,
      b: i + 1,
      phrase,
      ...(colors ? {} : { colors }),
    })),
    subjects: subjects.map(({ name }) => name),
    colors: colorNames,
    words: otherWords(),
    thingsAtOnce: 2,
    prompts: {
      nine: "3*3 of 9 sub-images, step-by-step {phrase}, {subject}",
      four: "2*2 of 4 sub-images, step-by-step {phrase}, {subject}",
    },
    knownCells: {
      recraft: { nine: [8], four: [2] },
      interpolation: { layout: "raster", cells: [0, 3] },
    },
    sampling: config.sampling ?? model.sampling ?? { steps: 20 },
  }));
}

/** The networks' sizes, with the tokenizers that come with them. */
async function ownNetworks(
  modelDir: string,
  { transformer, t5, clip }: NonNullable<WorldConfig["networks"]>,
): Promise<object> {
  const tokenizers = await writeTokenizers([...vocabulary({}), ...forms], modelDir, {
    t5Length: t5.maxLength,
    clipLength: clip.maxLength,
  });
  return {
    transformer,
    t5: { ...t5, tokenizer: "tokenizer_2", vocabSize: tokenizers.t5VocabSize },
    clip: { ...clip, tokenizer: "tokenizer", vocabSize: tokenizers.clipVocabSize },
  };
}

/** What a prompt can say besides things and colours. */
function otherWords(): string[] {
  const phrases = [...sizes, ...relations, ...backgrounds.map(({ phrase }) => phrase)];
  return [...new Set(phrases.flatMap(tokensOf))].toSorted();
}
