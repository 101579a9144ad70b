// The classifier's training, for the loop that every training goes through.
import path from "node:path";
import { makeFolder } from "../../make-folder.js";
import {
  initialize,
  openGradients,
  writeSafetensors,
  type Feed,
  type Shape,
} from "../../engine/train/index.js";
import type { Objective } from "../../training/index.js";
import { crafts, randomFrom } from "../../world/index.js";
import { drawFrames, type LabelledFrame } from "./frames.js";
import { heads, labels, type Head } from "./labels.js";
import { classifierTraining, FRAME_PX } from "./network.js";
import { weaken } from "./weaken.js";

export interface ClassifierTraining {
  /** of each thing in each craft */
  copies: number;
  batch: number;
  seed: number;
  /** where the weights go */
  file: string;
  onDrawn?: (done: number, all: number) => void;
}

/** On a robot's chest a thing is 15 px large, and takes six times as many pictures to know. */
const moreOften = crafts.flatMap((craft) =>
  craft.slug === "transformer" ? [craft, craft, craft, craft, craft] : [],
);
/** Of the frames, so many are finished: what a thing is takes longest to learn. */
const FINISHED = 0.75;
/** How much of a target goes to the other names, so that logits stay small. */
const SMOOTHING = 0.05;

export async function classifierObjective(training: ClassifierTraining): Promise<Objective> {
  const { batch, seed, file } = training;
  const { graph, weights } = classifierTraining(batch);
  const parameters = initialize(weights, seed);
  const session = await openGradients(graph, parameters);
  const frames = await drawFrames(`classifier ${seed}`, {
    crafts: [...crafts, ...moreOften],
    copies: training.copies,
    stages: 2,
    onProgress: training.onDrawn,
  });
  const finished = frames.filter(({ stage }) => stage === 9);
  const others = frames.filter(({ stage }) => stage !== 9);
  return {
    parameters,
    async step(number) {
      const random = randomFrom(`${seed} classifier ${number}`);
      const drawn = Array.from({ length: batch }, () =>
        random.pick(random.chance(FINISHED) ? finished : others),
      );
      const image = new Float32Array(batch * 3 * FRAME_PX ** 2);
      drawn.forEach(({ frame }, i) => image.set(weaken(frame, random), i * 3 * FRAME_PX ** 2));
      const { outputs, gradients } = await session.run({
        image: { data: image, dims: [batch, 3, FRAME_PX, FRAME_PX] },
        ...Object.fromEntries(heads.map((head) => [`target.${head}`, targets(drawn, head)])),
      });
      return { loss: outputs.loss![0]!, gradients, samples: batch };
    },
    preview: async () => [],
    async export(values) {
      const tensors = new Map(
        Array.from(weights, ([name, shape]: [string, Shape]) => [
          name,
          { shape, data: values.get(name)! },
        ]),
      );
      await makeFolder(path.dirname(file));
      const metadata = { labels: JSON.stringify(labels) };
      await writeSafetensors(file, tensors, { dtype: "F16", metadata });
    },
    close: () => session.close(),
  };
}

/** Before a thing is finished, nobody need tell what it is, nor its colour. */
const isTold = ({ stage, color }: LabelledFrame, head: Head): boolean =>
  head === "craft" ||
  head === "stage" ||
  (stage === 9 && (head !== "color" || color !== undefined));

function targets(frames: readonly LabelledFrame[], head: Head): Feed {
  const names: readonly string[] = labels[head];
  const data = new Float32Array(frames.length * names.length);
  frames.forEach((frame, row) => {
    if (!isTold(frame, head)) return;
    const own = data.subarray(row * names.length, (row + 1) * names.length);
    own.fill(SMOOTHING / names.length);
    own[names.indexOf(`${frame[head]}`)]! += 1 - SMOOTHING;
  });
  return { data, dims: [frames.length, names.length] };
}
