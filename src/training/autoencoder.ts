// Training of the autoencoder on the world's pictures. Frames alone are cheap and various; whole pages
// teach it that the statistics of its normalisation depend on the extent. A step sees either the one or
// the other, in batches of equal work.
import { mkdir } from "node:fs/promises";
import path from "node:path";
import {
  autoencoderLatents,
  autoencoderTraining,
  initialize,
  LatentMapFit,
  openGradients,
  randn,
  toPlanes,
  toRaster,
  writeSafetensors,
  type AutoencoderSize,
  type Device,
  type LatentMap,
  type GradientSession,
  type Parameter,
  type Shape,
} from "../engine/train/index.js";
import { compose, layoutFor } from "../grid/index.js";
import type { Raster } from "../raster.js";
import {
  crafts,
  drawScene,
  framesOf,
  nineStages,
  randomFrom,
  renderFrames,
  type Random,
} from "../world/index.js";
import { updateModelJson } from "./model-folder.js";
import type { Objective, Preview, StepResult, Values } from "./objective.js";

export interface AutoencoderTraining {
  network: AutoencoderSize;
  /** frames in a batch of frames */
  batch: number;
  framePx: number;
  /** the share of steps that see a page of nine frames, in the first and in the last third */
  pageShare: { early: number; late: number };
  /** batches in all */
  steps: number;
  seed: number;
  /** the model folder that gets `ae.safetensors` */
  modelDir: string;
  device?: Device | undefined;
}

const FILE = "ae.safetensors";
/** Frames of one sequence in a batch: arranging a scene costs more than a frame of it. */
const FRAMES_OF_ONE = 3;
/** Pages enough to know the latents' mean and deviation to a percent. */
const MEASURED_PAGES = 48;

interface BatchSize {
  batch: number;
  sizePx: number;
}

type Batch = BatchSize & { session: GradientSession };

export async function autoencoderObjective(training: AutoencoderTraining): Promise<Objective> {
  const { network, framePx, batch, seed, device } = training;
  const open = async (count: number, sizePx: number, parameters?: readonly Parameter[]) => {
    const built = autoencoderTraining(network, { batch: count, height: sizePx, width: sizePx });
    const own = parameters ?? initialize(built.weights, seed);
    const session = await openGradients(built.graph, own, device && { device });
    return { own, weights: built.weights, kind: { session, batch: count, sizePx } };
  };
  const first = await open(batch, framePx);
  const { own: parameters, weights, kind: frames } = first;
  const pages = (await open(Math.max(1, Math.round(batch / 9)), 3 * framePx, parameters)).kind;

  const step = async (number: number): Promise<StepResult> => {
    const random = randomFrom(`${seed} autoencoder ${number}`);
    const { early, late } = training.pageShare;
    const kind = random.chance(number < (training.steps * 2) / 3 ? early : late) ? pages : frames;
    const pictures = await draw(random, kind, framePx);
    const { outputs, gradients } = await kind.session.run(feedsOf(kind, pictures, random));
    return {
      loss: outputs.loss![0]!,
      gradients,
      samples: (kind.batch * kind.sizePx ** 2) / framePx ** 2,
    };
  };

  return {
    parameters,
    step,
    preview: (values) => preview(pages, values, weights, framePx),
    export: async (values) => {
      const tensors = new Map(
        [...weights].map(([name, shape]) => [name, { shape, data: values.get(name)! }]),
      );
      const { modelDir } = training;
      const { latentRgb, ...measured } = await measureLatents(training, parameters, values);
      await mkdir(modelDir, { recursive: true });
      await writeSafetensors(path.join(modelDir, FILE), tensors, { dtype: "F16" });
      await updateModelJson(modelDir, (model) => ({
        ...model,
        autoencoder: { file: FILE, ...network, ...measured },
        latentRgb,
      }));
    },
    close: async () => {
      await frames.session.close();
      await pages.session.close();
    },
  };
}

/** Pictures of a batch: frames of sequences anywhere in any craft, alone or on pages. */
async function draw(
  random: Random,
  { batch, sizePx }: BatchSize,
  framePx: number,
): Promise<Raster[]> {
  const pictures: Raster[] = [];
  while (pictures.length < batch) {
    const craft = random.pick(crafts);
    const scene = drawScene(random, { craft });
    const isPage = sizePx > framePx;
    const count = Math.min(FRAMES_OF_ONE, batch - pictures.length);
    const stages = isPage ? nineStages : random.shuffle(nineStages).slice(0, count);
    const frames = await renderFrames(framesOf(scene, craft, stages, framePx), framePx);
    pictures.push(...(isPage ? [compose(layoutFor(9, "snake"), frames)] : frames));
  }
  return pictures;
}

function feedsOf({ batch, sizePx }: BatchSize, pictures: readonly Raster[], random?: Random) {
  const image = new Float32Array(3 * batch * sizePx ** 2);
  pictures.forEach((picture, i) => image.set(toPlanes(picture).data, i * 3 * sizePx ** 2));
  const latent = [batch, 16, sizePx / 8, sizePx / 8] as const;
  const count = latent.reduce((product, size) => product * size, 1);
  const noise = random ? randn(random.whole(0, 2 ** 31), count) : new Float32Array(count);
  return {
    image: { data: image, dims: [batch, 3, sizePx, sizePx] },
    noise: { data: noise, dims: latent },
  };
}

const feedsFrom = (values: Values, weights: ReadonlyMap<string, Shape>) =>
  Object.fromEntries([...weights].map(([name, dims]) => [name, { data: values.get(name)!, dims }]));

/** Pages that no step sees, and what comes back of them, side by side. */
async function preview(
  kind: Batch,
  values: Values,
  weights: ReadonlyMap<string, Shape>,
  framePx: number,
): Promise<Preview> {
  const random = randomFrom("autoencoder preview");
  const pictures = await draw(random, kind, framePx);
  const { outputs } = await kind.session.run({
    ...feedsOf(kind, pictures),
    ...feedsFrom(values, weights),
  });
  const [picture] = pictures as [Raster];
  const { sizePx } = kind;
  const data = outputs.reconstruction!.subarray(0, 3 * sizePx ** 2);
  const back = toRaster({ width: sizePx, height: sizePx, data });
  const name = `page-${psnr(picture, back).toFixed(1)}dB`;
  return [{ name, picture: compose({ rows: 1, columns: 2, order: "raster" }, [picture, back]) }];
}

/** Peak signal-to-noise ratio in dB. */
function psnr(a: Raster, b: Raster): number {
  let squares = 0;
  a.data.forEach((value, i) => (squares += (value - b.data[i]!) ** 2));
  return 10 * Math.log10(255 ** 2 / (squares / a.data.length || 1e-9));
}

/** What brings the latents of pages to mean 0 and deviation 1, z' = scaleFactor · (z − shiftFactor), and what their colours are. */
async function measureLatents(
  { network, framePx }: AutoencoderTraining,
  parameters: readonly Parameter[],
  values: Values,
): Promise<{ scaleFactor: number; shiftFactor: number; latentRgb: LatentMap }> {
  const sizePx = 3 * framePx;
  const graph = autoencoderLatents(network, { batch: 1, height: sizePx, width: sizePx });
  const averaged = parameters.map((each) => ({ ...each, value: values.get(each.name)! }));
  const session = await openGradients(graph, averaged);
  const random = randomFrom("latents");
  let [count, sum, squares] = [0, 0, 0];
  const pages: { mean: Float32Array; picture: Raster }[] = [];
  for (let i = 0; i < MEASURED_PAGES; i++) {
    const pictures = await draw(random, { batch: 1, sizePx }, framePx);
    const { image } = feedsOf({ batch: 1, sizePx }, pictures);
    const { mean } = (await session.run({ image })).outputs;
    pages.push({ mean: mean!, picture: pictures[0]! });
    count += mean!.length;
    for (const value of mean!) {
      sum += value;
      squares += value * value;
    }
  }
  await session.close();
  const shift = sum / count;
  const scale = 1 / Math.sqrt(squares / count - shift ** 2);
  const fit = new LatentMapFit(network.zChannels);
  for (const { mean, picture } of pages)
    fit.add(
      mean.map((z) => scale * (z - shift)),
      toPlanes(picture),
    );
  return { scaleFactor: scale, shiftFactor: shift, latentRgb: fit.map() };
}
