// A model as the evaluation asks it: pages in, frames of the classifier's size out.
import { createHash } from "node:crypto";
import path from "node:path";
import { createEngine } from "../engine/index.js";
import {
  Networks,
  randn,
  readModelConfig,
  toRaster,
  type ModelConfig,
  fingerprint,
} from "../engine/train/index.js";
import {
  cellAt,
  cellCount,
  cellOf,
  cellRect,
  crop,
  frameAt,
  type Layout,
  type Order,
} from "../grid/index.js";
import { toSquare } from "../pictures/encode.js";
import type { Asked } from "./asked.js";
import { FRAME_PX } from "./classifier/index.js";
import {
  canvasFor,
  cellRectAt,
  type Canvas,
  domainPart,
  frameCounts,
  loadModel,
  lorasOf,
  ofGrid,
  samplingFor,
  type Model,
  buildPrompt,
  type StackPart,
} from "../procedures/index.js";
import type { Raster } from "../raster.js";

export interface Painted {
  frames: readonly Raster[];
  /** of a known picture as the autoencoder gives it back, in dB */
  givenDb: number | undefined;
}

/** An adapter by its name in model.json; `{b}` in it stands for the domain's number. */
export interface AdapterChoice {
  name: string;
  weight?: number;
  /** with the domain's B; the model's own asymmetric LoRA is called "asymmetric" */
  asymmetric?: boolean;
}

/** How a page is painted, where it is not as the model's own way is. */
export interface Way {
  /** none: the base alone */
  adapters?: readonly AdapterChoice[];
  layout?: Order;
}

export interface Painter {
  readonly model: Model;
  /** all that decides what it paints, in one word */
  readonly version: string;
  /** of a page */
  readonly frames: 9 | 4;
  /** side of a frame of such a page */
  readonly cellPx: number;
  readonly canRecraft: boolean;
  readonly canInterpolate: boolean;
  generate(asked: Asked, way?: Way): Promise<Painted>;
  /** @param picture - of `cellPx` */
  recraft(asked: Asked, picture: Raster, way?: Way): Promise<Painted>;
  /** The two frames between two others. */
  between(asked: Asked, ends: readonly [Raster, Raster], seed: number): Promise<[Raster, Raster]>;
  /** A page of latents that nobody denoised. */
  noise(asked: Asked): Promise<Painted>;
  close(): Promise<void>;
}

export async function openPainter(modelDir: string, signal?: AbortSignal): Promise<Painter> {
  const model = await loadModel(modelDir);
  const config = await readModelConfig(modelDir);
  const frames = frameCounts(model).includes(9) ? 9 : 4;
  const canvasIn = (layout: Order) => canvasFor({ model }, frames, layout);
  const recraftCell = ofGrid(model.knownCells.recraft, frames)?.[0];
  const { interpolation } = model.knownCells;
  const engine = createEngine();
  const networks = new Networks(modelDir, config);

  async function paint(
    asked: Asked,
    page: {
      mode: "generate" | "recraft" | "interpolation";
      canvas: Canvas;
      frames: 9 | 4;
      adapters?: readonly AdapterChoice[];
      seed?: number;
      known?: { cell: number; picture: Raster }[];
    },
  ): Promise<Painted> {
    const { mode, known = [] } = page;
    const { phrase } = asked.domain;
    const own = domainPart(model, asked.domain, { frames: page.frames, weight: 1 });
    const stack = page.adapters?.map((adapter) => partOf(adapter, own)) ?? [
      own,
      ...(mode in model.adapters ? [{ name: mode, weight: 1 }] : []),
    ];
    const triggers = stack.flatMap(({ name }) => model.styles[name]?.trigger ?? []);
    const result = await engine.paint(
      {
        modelDir,
        prompt: buildPrompt(model, { frames: page.frames, phrase, subject: asked.words, triggers }),
        widthPx: page.canvas.sidePx,
        heightPx: page.canvas.sidePx,
        ...lorasOf(stack),
        seed: page.seed ?? asked.seed,
        ...samplingFor(model, mode),
        known: known.map(({ cell, picture }) => ({
          cell: cellRectAt(page.canvas, cell),
          picture,
        })),
      },
      { signal },
    );
    return {
      frames: await cut(result.page, page.canvas.layout),
      givenDb: result.knownPsnrDb[0],
    };
  }

  return {
    model,
    version: await versionOf(modelDir, config),
    frames,
    cellPx: canvasIn("snake").cellPx,
    canRecraft: recraftCell !== undefined && "recraft" in model.adapters,
    canInterpolate: interpolation !== undefined,
    generate: (asked, { layout = "snake", ...way } = {}) =>
      paint(asked, { mode: "generate", canvas: canvasIn(layout), frames, ...way }),
    recraft: (asked, picture, way) =>
      paint(asked, {
        mode: "recraft",
        canvas: canvasIn("snake"),
        frames,
        known: [{ cell: recraftCell!, picture }],
        ...way,
      }),
    async between(asked, ends, seed) {
      const { layout, cells } = interpolation!;
      const four = canvasFor({ model }, 4, layout);
      const known = await Promise.all(
        ends.map(async (end, i) => ({
          cell: cells[i]!,
          picture: await toSquare(end, four.cellPx),
        })),
      );
      const painted = await paint(asked, {
        mode: "interpolation",
        canvas: four,
        frames: 4,
        seed,
        known,
      });
      const given = new Set(cells.map((cell) => frameAt(four.layout, cellAt(four.layout, cell))));
      return painted.frames.filter((_, i) => !given.has(i)) as [Raster, Raster];
    },
    async noise({ seed }) {
      const { zChannels: channels } = config.autoencoder;
      const canvas = canvasIn("snake");
      const side = canvas.sidePx / 8;
      const latents = randn(seed, channels * side * side);
      const planes = await networks.decode(latents, { channels, height: side, width: side });
      return { frames: await cut(toRaster(planes), canvas.layout), givenDb: undefined };
    },
    async close() {
      await engine.close();
      await networks.close();
    },
  };
}

/** @param own - as the domain is painted else */
function partOf({ name, weight = 1, asymmetric }: AdapterChoice, own: StackPart): StackPart {
  return asymmetric ? { ...own, name, weight } : { name: name.replace("{b}", `${own.b}`), weight };
}

async function versionOf(
  modelDir: string,
  { transformer, autoencoder, t5, clip, adapters }: ModelConfig,
): Promise<string> {
  const networks = [transformer, autoencoder, t5, clip].map(({ file }) => file);
  const files = new Set(["model.json", ...networks, ...Object.values(adapters)]);
  const prints = await Promise.all(
    [...files].map((file) => fingerprint(path.resolve(modelDir, file))),
  );
  return createHash("sha256").update(prints.join()).digest("hex").slice(0, 12);
}

function cut(page: Raster, layout: Layout): Promise<Raster[]> {
  return Promise.all(
    Array.from({ length: cellCount(layout) }, (_, frame) => {
      const rect = cellRect(layout, page.width, page.height, cellOf(layout, frame));
      return toSquare(crop(page, rect), FRAME_PX);
    }),
  );
}
