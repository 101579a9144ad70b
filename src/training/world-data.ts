// The world as training data. A sequence is drawn once and goes through the autoencoder in several ways:
// its page of nine, its page of four, its finished picture alone, and a page of four consecutive frames
// with its first and last frame alone. What is kept are latents, a row a sequence in each file. Of further
// scenes there may be finished pictures alone, which cost a twentieth.
import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import {
  encoder,
  openSession,
  readModelConfig,
  toPlanes,
  type Device,
  type LatentSize,
} from "../engine/train/index.js";
import { compose, raster2x2, snake2x2, snake3x3 } from "../grid/index.js";
import type { Raster } from "../raster.js";
import {
  crafts,
  drawScene,
  framesOf,
  pictureOf,
  randomFrom,
  renderFrames,
  type Craft,
  type Scene,
} from "../world/index.js";
import { TrainingError } from "./error.js";
import { appendRows, countRows, openLatents, type LatentStore } from "./latent-store.js";
import { occupy } from "./occupy.js";
import { writeWhole } from "./write.js";

const CHANNELS = 16;
/** Frames of a page of four consecutive ones. */
const RUN = 4;

export interface WorldSequence {
  scene: Scene;
  craft: Craft;
  /** where its page of consecutive frames begins, counted from 0 */
  runStart: number;
}

export type StoreName = "nine" | "four" | "finished" | "run" | "runEnds";

/** Which part of the world, drawn how. */
export interface WorldDataChoice {
  /** where the latents lie, one file a store */
  folder: string;
  seed: number;
  sequences: number;
  /** finished pictures, those of the sequences first; as many where it is not given */
  pictures?: number;
  framePx: number;
  /** slugs of those that take turns, in the catalogue's order; all where they are not given */
  crafts?: readonly string[];
}

export const craftsOf = ({ crafts: slugs }: Pick<WorldDataChoice, "crafts">): readonly Craft[] =>
  crafts.filter(({ slug }) => slugs?.includes(slug) ?? true);

/** Sequence `index` of the world that `seed` draws. @param turns - the crafts that take turns */
export function worldSequence(
  seed: number,
  index: number,
  turns: readonly Craft[] = crafts,
): WorldSequence {
  const random = randomFrom(`${seed} sequence ${index}`);
  const craft = turns[index % turns.length]!;
  const scene = drawScene(random, { craft });
  return { scene, craft, runStart: random.whole(0, 9 - RUN) };
}

/** How many cells of a frame's size a row has, side by side; two ends are two rows in one. */
const columnsOf: Record<StoreName, number> = { nine: 3, four: 2, finished: 1, run: 2, runEnds: 1 };

export function sizeOf(store: StoreName, framePx: number): LatentSize {
  const side = (columnsOf[store] * framePx) / 8;
  return { channels: CHANNELS, height: side, width: side };
}

const lengthOf = (store: StoreName, framePx: number): number => {
  const { channels, height, width } = sizeOf(store, framePx);
  return (store === "runEnds" ? 2 : 1) * channels * height * width;
};

const storeNames = Object.keys(columnsOf) as StoreName[];
const fileOf = (folder: string, store: StoreName): string => path.join(folder, `${store}.f16`);

/** Latents of the autoencoder in `modelDir`. */
export interface WorldLatents extends WorldDataChoice {
  modelDir: string;
}

export interface WorldDataOptions extends WorldLatents {
  signal?: AbortSignal;
  device?: Device;
  onProgress?: (done: number, all: number) => void;
}

/**
 * Draws and encodes what is not there yet; what is stays.
 * @throws TrainingError `cancelled`; `bad_data` where the folder holds other latents; `in_use` where
 * another process makes them
 */
export async function makeWorldData(options: WorldDataOptions): Promise<void> {
  const { folder } = options;
  await mkdir(folder, { recursive: true });
  const leave = await occupy(folder, path.basename(fileOf(folder, "finished")));
  try {
    await makeMissing(options);
  } finally {
    await leave();
  }
}

async function makeMissing(options: WorldDataOptions): Promise<void> {
  const { folder, sequences, pictures = sequences, framePx, seed, signal, onProgress } = options;
  const rows = await Promise.all(
    storeNames.map((store) => countRows(fileOf(folder, store), lengthOf(store, framePx))),
  );
  if (Math.max(...rows) > 0) await checkOrigin(options);
  else await writeWhole(path.join(folder, ORIGIN), await originOf(options));
  const encode = await openEncoder(options.modelDir, options.device);
  try {
    const [whole, finished] = [Math.min(...rows), rows[storeNames.indexOf("finished")]!];
    const first = whole < sequences ? whole : finished;
    const draw = (index: number) =>
      drawFrames(worldSequence(seed, index, craftsOf(options)), index < sequences, framePx);
    let next = first < pictures ? draw(first) : undefined;
    for (let index = first; index < pictures; index++) {
      if (signal?.aborted)
        throw new TrainingError("cancelled", `stopped at sequence ${index} of ${pictures}`);
      const drawn = await next!;
      // One is drawn while the one before it is encoded.
      next = index + 1 < pictures ? draw(index + 1) : undefined;
      next?.catch(() => undefined);
      const latents = await encodeDrawn(drawn, encode.run);
      for (const [store, row] of Object.entries(latents))
        await appendRows(fileOf(folder, store as StoreName), index, [row]);
      onProgress?.(index + 1, pictures);
    }
  } finally {
    await encode.close();
  }
}

const ORIGIN = "made-of.json";

/** What latents depend on, as it is kept beside them. */
async function originOf(latents: WorldLatents): Promise<string> {
  const { seed, framePx, modelDir } = latents;
  const { autoencoder } = await readModelConfig(modelDir);
  const hash = createHash("sha256").update(JSON.stringify(autoencoder));
  hash.update(await readFile(path.resolve(modelDir, autoencoder.file)));
  const turns = craftsOf(latents).map(({ slug }) => slug);
  return `${JSON.stringify({ seed, framePx, turns, autoencoder: hash.digest("hex") })}\n`;
}

async function checkOrigin(latents: WorldLatents): Promise<void> {
  const file = path.join(latents.folder, ORIGIN);
  if ((await readFile(file, "utf8").catch(() => "")) === (await originOf(latents))) return;
  throw new TrainingError(
    "bad_data",
    `${latents.folder} holds latents of another autoencoder, seed, frame size or choice of crafts: remove it, and the training of kind "world" makes them anew`,
  );
}

/** With its nine frames, of the craft whose turn it is; neither its frames nor its picture are learnt from. */
export function unseenSequence(data: WorldDataChoice, turn: number): Promise<Drawn> {
  const turns = craftsOf(data);
  const { seed, sequences, pictures = sequences, framePx } = data;
  const index = Math.ceil(Math.max(sequences, pictures) / turns.length) * turns.length + turn;
  return drawFrames(worldSequence(seed, index, turns), true, framePx);
}

interface Drawn extends WorldSequence {
  /** all nine, or the last alone */
  frames: Raster[];
}

async function drawFrames(
  sequence: WorldSequence,
  whole: boolean,
  framePx: number,
): Promise<Drawn> {
  const { scene, craft } = sequence;
  const svgs = whole ? framesOf(scene, craft, 9, framePx) : [pictureOf(scene, craft, framePx)];
  return { ...sequence, frames: await renderFrames(svgs, framePx) };
}

async function encodeDrawn(
  { craft, runStart, frames }: Drawn,
  encode: (picture: Raster) => Promise<Float32Array>,
): Promise<Partial<Record<StoreName, Float32Array>>> {
  const finished = await encode(frames.at(-1)!);
  if (frames.length === 1) return { finished };
  const four = craft.four.map((stage) => frames[stage - 1]!);
  const run = frames.slice(runStart, runStart + RUN);
  const ends = [await encode(run[0]!), await encode(run[RUN - 1]!)] as const;
  const runEnds = new Float32Array(2 * ends[0].length);
  ends.forEach((latents, i) => runEnds.set(latents, i * latents.length));
  return {
    nine: await encode(compose(snake3x3, frames)),
    four: await encode(compose(snake2x2, four)),
    finished,
    run: await encode(compose(raster2x2, run)),
    runEnds,
  };
}

/** Latents of pictures, by the model folder's own autoencoder. */
export async function openEncoder(modelDir: string, device?: Device) {
  const { autoencoder } = await readModelConfig(modelDir);
  const session = await openSession(
    encoder(autoencoder),
    path.resolve(modelDir, autoencoder.file),
    {
      owns: (key) => !key.startsWith("decoder."),
      ...(device && { device }),
    },
  );
  return {
    run: async (picture: Raster) => {
      const { data, width, height } = toPlanes(picture);
      const { latents } = await session.run({ image: { data, dims: [1, 3, height, width] } });
      return latents!;
    },
    close: () => session.close(),
  };
}

export interface WorldData {
  /** in turn */
  crafts: readonly Craft[];
  /** all that there are finished pictures of */
  sequences: readonly WorldSequence[];
  framePx: number;
  /** latents of a sequence; of `runEnds` the first frame's, then the last one's */
  read(store: StoreName, index: number): Float32Array;
  close(): void;
}

/** @throws TrainingError `bad_data` where the latents are not all there, or others */
export async function openWorldData(choice: WorldLatents): Promise<WorldData> {
  const { folder, seed, sequences, pictures = sequences, framePx } = choice;
  const turns = craftsOf(choice);
  const stores = new Map<StoreName, LatentStore>();
  for (const store of storeNames) {
    const rows = await countRows(fileOf(folder, store), lengthOf(store, framePx));
    const wanted = store === "finished" ? pictures : sequences;
    if (rows < wanted)
      throw new TrainingError(
        "bad_data",
        `${fileOf(folder, store)} has ${rows} of ${wanted} sequences: run the training of kind "world" first`,
      );
    stores.set(store, await openLatents(fileOf(folder, store), lengthOf(store, framePx)));
  }
  await checkOrigin(choice);
  return {
    crafts: turns,
    sequences: Array.from({ length: pictures }, (_, index) => worldSequence(seed, index, turns)),
    framePx,
    read: (store, index) => stores.get(store)!.read(index),
    close: () => stores.forEach((store) => store.close()),
  };
}
