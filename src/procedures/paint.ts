// One page painted and cut into frames: what all three modes have in common.
import type { Context } from "./context.js";
import { type ModelDomain, pagePx, samplingFor, type SamplingMode } from "./model.js";
import { cellAt, cellRect, layoutFor, type Layout, type Order } from "../grid/index.js";
import type { Raster, Rect } from "../raster.js";
import type { Frame, PaintProgress, PaintResult } from "../workers/index.js";

export interface MakeOptions {
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: MakeProgress) => void) | undefined;
}

export interface MakeProgress {
  /** 0 … 1, never falling within a job */
  fraction: number;
  /** for people: “painting, step 5 of 24” */
  message: string;
}

/** Where a job paints: the page, and the place of a cell on it. */
export interface Canvas {
  layout: Layout;
  sidePx: number;
  /** the side of a cell */
  cellPx: number;
}

export function canvasFor(context: Pick<Context, "model">, frames: 4 | 9, order: Order): Canvas {
  const layout = layoutFor(frames, order);
  const sidePx = pagePx(context.model, frames);
  return { layout, sidePx, cellPx: cellRectAt({ layout, sidePx }, 0).width };
}

/** @param index - the cell, row by row from 0 */
export function cellRectAt({ layout, sidePx }: Omit<Canvas, "cellPx">, index: number): Rect {
  return cellRect(layout, sidePx, sidePx, cellAt(layout, index));
}

export interface PaintJob {
  mode: SamplingMode;
  canvas: Canvas;
  prompt: string;
  domain: ModelDomain;
  seed: number;
  /** stacked on the domain at weight 1, by name */
  adapter?: string;
  /** by the cell's row-major index; each picture has the cell's size */
  known: { cell: number; picture: Raster }[];
  /** side of the frames that come back */
  framePx: number;
}

export interface PaintedFrames extends Pick<PaintResult, "knownPsnrDb" | "versions" | "timings"> {
  page: Frame;
  /** in the layout's order */
  frames: Frame[];
}

export async function paintFrames(
  { engine, pictures, model, modelDir }: Context,
  job: PaintJob,
  { signal, onProgress }: MakeOptions,
): Promise<PaintedFrames> {
  const { layout, sidePx } = job.canvas;
  let fraction = 0;
  const { page, ...painted } = await engine.paint(
    {
      modelDir,
      prompt: job.prompt,
      widthPx: sidePx,
      heightPx: sidePx,
      domains: [{ b: job.domain.b, weight: 1 }],
      loras: job.adapter === undefined ? [] : [{ name: job.adapter, weight: 1 }],
      seed: job.seed,
      ...samplingFor(model, job.mode),
      known: job.known.map(({ cell, picture }) => ({
        cell: cellRectAt(job.canvas, cell),
        picture,
      })),
    },
    {
      signal,
      onProgress: (progress) => {
        fraction = Math.max(fraction, fractionOf(progress));
        onProgress?.({ fraction, message: messageOf(progress) });
      },
    },
  );
  const cut = await pictures.cut({ page, layout, framePx: job.framePx });
  signal?.throwIfAborted();
  return { ...painted, ...cut };
}

// How a job's time is spent, roughly: begin and end of each phase.
const PHASES: Record<PaintProgress["phase"], { from: number; to: number; doing: string }> = {
  load: { from: 0, to: 0.1, doing: "loading the model" },
  text: { from: 0.1, to: 0.12, doing: "reading the prompt" },
  encode: { from: 0.12, to: 0.15, doing: "looking at the picture" },
  sample: { from: 0.15, to: 0.95, doing: "painting" },
  decode: { from: 0.95, to: 1, doing: "developing the page" },
};

function fractionOf({ phase, step, steps }: PaintProgress): number {
  const { from, to } = PHASES[phase];
  return from + (to - from) * Math.min(1, step / Math.max(1, steps));
}

function messageOf({ phase, step, steps }: PaintProgress): string {
  const { doing } = PHASES[phase];
  const at = Math.min(steps, Math.floor(step) + 1);
  return phase === "sample" ? `${doing}, step ${at} of ${steps}` : doing;
}
