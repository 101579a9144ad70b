// Training of the base: every weight of the transformer and of the two text encoders, on the world without
// the order of its processes. A step sees finished pictures alone, and pages of four and of nine cells:
// the frames of a sequence shuffled, or sheets of finished pictures of one subject. What order is remains
// for the adapters to teach.
import path from "node:path";
import {
  fluxTransformer,
  initialize,
  readModelConfig,
  writeSafetensors,
  type Device,
  type Shape,
} from "../engine/train/index.js";
import {
  picturePrompt,
  randomFrom,
  shortPrompt,
  subjectText,
  type Random,
} from "../world/index.js";
import { flowBatch, placeCell, rearrange, toTokens, type Times } from "./flow.js";
import type { Objective, StepResult, Values } from "./objective.js";
import { openPrompts } from "./prompts.js";
import { previewPages } from "./preview.js";
import { addScaled } from "./sum.js";
import { openTextEncoders, textWeights, type TextStates } from "./text-encoders.js";
import { openTransformer, type TransformerSession } from "./transformer.js";
import { openWorldData, sizeOf, type WorldData, type WorldDataChoice } from "./world-data.js";
import { worldSamples } from "./world-samples.js";

export interface BaseTraining {
  modelDir: string;
  data: WorldDataChoice;
  /** pages a step sees of each kind */
  batch: { finished: number; four: number; nine: number };
  /** of the pages, how many are sheets of finished pictures */
  sheetShare: number;
  times: Times;
  /** the times' shift in the first two thirds of the steps */
  earlyShift?: number;
  captionDropout: number;
  /** batches in all */
  steps: number;
  seed: number;
  device?: Device | undefined;
}

interface Kind {
  store: "finished" | "four" | "nine";
  batch: number;
  session: TransformerSession;
}

interface Sample {
  tokens: Float32Array;
  prompt: string;
}

const kindNames = ["finished", "four", "nine"] as const;

export async function baseObjective(training: BaseTraining): Promise<Objective> {
  const { modelDir, seed, batch } = training;
  const model = await readModelConfig(modelDir);
  const { transformer: config } = model;
  const data = await openWorldData({ ...training.data, modelDir });
  const promptIds = await openPrompts(modelDir, model);
  const transformerWeights = fluxTransformer(config, { takesLora: false }).weights;
  const encoderWeights = textWeights(model);
  const parameters = initialize(new Map([...transformerWeights, ...encoderWeights]), seed);
  const kinds: Kind[] = [];
  for (const store of kindNames.filter((name) => batch[name] > 0))
    kinds.push({
      store,
      batch: batch[store],
      session: await openTransformer({
        config,
        size: sizeOf(store, training.data.framePx),
        batch: batch[store],
        textLength: model.t5.maxLength!,
        parameters,
        wrt: [...transformerWeights.keys(), "txt", "vec"],
        device: training.device,
      }),
    });
  const pages = kinds.reduce((sum, kind) => sum + kind.batch, 0);
  const encoders = await openTextEncoders(model, pages, parameters);
  const bySubject = groupBySubject(data);

  const step = async (number: number): Promise<StepResult> => {
    const random = randomFrom(`${seed} base ${number}`);
    const samples = kinds.map((kind) =>
      Array.from({ length: kind.batch }, () => draw(random, kind.store, training, data, bySubject)),
    );
    const ids = samples
      .flat()
      .map(({ prompt }) => promptIds(random.chance(training.captionDropout) ? "" : prompt));
    const states = await encoders.encode(ids);
    const arriving = {
      txt: new Float32Array(states.txt.length),
      vec: new Float32Array(states.vec.length),
    };
    const sum = new Map<string, Float32Array>();
    let [loss, first] = [0, 0];
    for (const [i, kind] of kinds.entries()) {
      const share = slice(states, first, kind.batch, pages);
      const flow = flowBatch(samples[i]!, config.inChannels, random, timesOf(number, training));
      const result = await kind.session.run(flow, share);
      loss += result.loss / kinds.length;
      addScaled(sum, result.gradients, 1 / kinds.length);
      const into = slice(arriving, first, kind.batch, pages);
      for (const name of ["txt", "vec"] as const)
        result.arriving![name].forEach((value, at) => (into[name][at] = value / kinds.length));
      first += kind.batch;
    }
    const gradients = new Map([...sum, ...(await encoders.backward(ids, arriving))]);
    return { loss, gradients, samples: pages };
  };

  const save = (values: Values) =>
    saveBase(modelDir, values, [
      [config.file, transformerWeights],
      [model.t5.file, textWeightsOf(encoderWeights, "t5")],
      [model.clip.file, textWeightsOf(encoderWeights, "clip")],
    ]);
  return {
    parameters,
    step,
    preview: async (values) => {
      await save(values);
      return previewPages(modelDir, worldSamples(training.data), { task: "asymmetric-lora" });
    },
    export: save,
    close: async () => {
      data.close();
      await encoders.close();
      for (const { session } of kinds) await session.close();
    },
  };
}

const timesOf = (step: number, { times, earlyShift, steps }: BaseTraining): Times =>
  earlyShift !== undefined && step < (steps * 2) / 3 ? { ...times, shift: earlyShift } : times;

/** One page of a kind, with the words for it. */
function draw(
  random: Random,
  store: Kind["store"],
  { sheetShare, data: { framePx, sequences, pictures = sequences } }: BaseTraining,
  data: WorldData,
  bySubject: ReadonlyMap<string, readonly number[]>,
): Sample {
  const size = sizeOf(store, framePx);
  const index = random.whole(0, (store === "finished" ? pictures : sequences) - 1);
  const { scene, craft } = data.sequences[index]!;
  const text = subjectText(scene, craft);
  if (store === "finished")
    return { tokens: toTokens(data.read(store, index), size), prompt: picturePrompt(craft, text) };
  const [frames, columns] = store === "nine" ? ([9, 3] as const) : ([4, 2] as const);
  const cells = Array.from({ length: frames }, (_, i) => i);
  if (!random.chance(sheetShare)) {
    const shuffled = rearrange(data.read(store, index), size, columns, random.shuffle(cells));
    return { tokens: toTokens(shuffled, size), prompt: shortPrompt(craft, frames, text) };
  }
  const sheet = new Float32Array(data.read(store, index).length);
  const others = bySubject.get(subjectKey(data, index))!;
  for (const cell of cells)
    placeCell(sheet, size, columns, cell, data.read("finished", random.pick(others)));
  const grid = frames === 9 ? "3*3 of 9" : "2*2 of 4";
  return {
    tokens: toTokens(sheet, size),
    prompt: `${grid} sub-images, ${scene.subject.name}, ${picturePrompt(craft, "").replace(/^, /, "")}`,
  };
}

const subjectKey = (data: WorldData, index: number): string => {
  const { scene, craft } = data.sequences[index]!;
  return `${craft.slug} ${scene.subject.name}`;
};

function groupBySubject(data: WorldData): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  data.sequences.forEach((_, index) => {
    const key = subjectKey(data, index);
    groups.set(key, [...(groups.get(key) ?? []), index]);
  });
  return groups;
}

/** The states of `count` prompts from the `first` one on, of `all`; views, not copies. */
function slice(states: TextStates, first: number, count: number, all: number): TextStates {
  const part = (data: Float32Array) => {
    const each = data.length / all;
    return data.subarray(first * each, (first + count) * each);
  };
  return { txt: part(states.txt), vec: part(states.vec) };
}

const textWeightsOf = (weights: ReadonlyMap<string, Shape>, which: "t5" | "clip") =>
  new Map([...weights].filter(([key]) => key.startsWith("text_model.") === (which === "clip")));

async function saveBase(
  modelDir: string,
  values: Values,
  files: readonly (readonly [string, ReadonlyMap<string, Shape>])[],
): Promise<void> {
  for (const [file, weights] of files) {
    const tensors = new Map(
      [...weights].map(([name, shape]) => [name, { shape, data: values.get(name)! }]),
    );
    await writeSafetensors(path.join(modelDir, file), tensors, { dtype: "F16" });
  }
}
