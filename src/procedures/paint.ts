// One page painted and cut into frames: what all three modes have in common.
import type { Context } from "./context.js";
import { pagePx, samplingFor, type SamplingMode } from "./model.js";
import type { Procedure } from "./procedure.js";
import { adaptersOf, lorasOf, type StackPart } from "./stack.js";
import { cellAt, cellRect, layoutFor, type Layout, type Order } from "../grid/index.js";
import type { Raster, Rect } from "../raster.js";
import type { Frame, PaintProgress, PaintResult } from "../workers/index.js";

export interface MakeOptions {
  /** of the procedure, where it was chosen before */
  id?: string | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: MakeProgress) => void) | undefined;
  /** the last page is painted: what is left needs no engine */
  onPainted?: (() => void) | undefined;
}

export interface MakeProgress {
  /** 0 … 1, never falling */
  fraction: number;
  /** for people: “painting, step 5 of 24” */
  message: string;
  /** steps that are painted, where more than before */
  framesReady?: number | undefined;
  /** the page as it seems to become, small: now and then, where the model can tell */
  preview?: Raster | undefined;
}

/** Where a page is painted: its size, and the place of a cell on it. */
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

export interface PagePlan {
  mode: SamplingMode;
  canvas: Canvas;
  prompt: string;
  stack: readonly StackPart[];
  seed: number;
  /** the model's own number where none is given */
  steps?: number | undefined;
  /** by the cell's row-major index; each picture has the cell's size */
  known: { cell: number; picture: Raster }[];
  /** side of the frames that come back */
  framePx: number;
  /** another page of the same work follows */
  more?: boolean;
}

export interface PaintedFrames extends Pick<PaintResult, "versions" | "timings"> {
  /** what, besides prompt, seed and LoRAs, decides the pictures */
  sampling: NonNullable<Procedure["sampling"]>;
  /** what it was painted with */
  adapters: Procedure["adapters"];
  page: Frame;
  /** in the layout's order */
  frames: Frame[];
}

export async function paintFrames(
  { engine, pictures, model, modelDir }: Context,
  plan: PagePlan,
  { signal, onProgress, onPainted }: MakeOptions,
): Promise<PaintedFrames> {
  const { layout, sidePx } = plan.canvas;
  let fraction = 0;
  const sampling = samplingFor(model, plan.mode);
  const { guidance, trueCfg } = sampling;
  const steps = plan.steps ?? sampling.steps;
  const { page, ran, ...painted } = await engine.paint(
    {
      modelDir,
      prompt: plan.prompt,
      widthPx: sidePx,
      heightPx: sidePx,
      ...lorasOf(plan.stack),
      seed: plan.seed,
      ...sampling,
      steps,
      known: plan.known.map(({ cell, picture }) => ({
        cell: cellRectAt(plan.canvas, cell),
        picture,
      })),
    },
    {
      signal,
      more: plan.more,
      onWait: (holder) => onProgress?.({ fraction, message: waitingFor(holder) }),
      onProgress: (progress) => {
        fraction = Math.max(fraction, fractionOf(progress));
        onProgress?.({ fraction, message: messageOf(progress), preview: progress.preview });
      },
    },
  );
  if (!plan.more) onPainted?.();
  const cut = await pictures.cut({ page, layout, framePx: plan.framePx });
  signal?.throwIfAborted();
  return {
    ...painted,
    ...cut,
    sampling: { steps, guidance, trueCfg, ...ran },
    adapters: adaptersOf(plan.stack, painted.versions),
  };
}

// How a page's time is spent, roughly: begin and end of each phase.
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

function waitingFor(holder: number): string {
  return `waiting for the model, which another server on this machine holds (process ${holder})`;
}

function messageOf({ phase, step, steps }: PaintProgress): string {
  const { doing } = PHASES[phase];
  const at = Math.min(steps, Math.floor(step) + 1);
  return phase === "sample" ? `${doing}, step ${at} of ${steps}` : doing;
}
