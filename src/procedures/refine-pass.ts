// One pass of refining: a 2x2 page whose two known cells are neighbours, and the frames between them.
import { type Context, requireAdapter, requireDomain } from "./context.js";
import { keepFarther } from "./distance.js";
import { ProcedureError } from "./error.js";
import type { ModelDomain } from "./model.js";
import {
  type Canvas,
  canvasFor,
  type MakeOptions,
  type PaintedFrames,
  paintFrames,
} from "./paint.js";
import { buildPrompt } from "./prompt.js";
import { cellAt, frameAt } from "../grid/index.js";
import type { Frame } from "../workers/index.js";

/** What all passes share. */
export interface Interpolation {
  canvas: Canvas;
  /** the cells of the two known frames */
  ends: readonly [number, number];
  domain: ModelDomain;
  subject: string;
  /** size of the frames that come back */
  framePx: number;
}

/** Throws where the model lacks the domain or was not trained to interpolate. */
export function openInterpolation(
  context: Context,
  { domain, subject, framePx }: { domain: string; subject: string; framePx: number },
): Interpolation {
  const { model } = context;
  const { inModel } = requireDomain(context, domain);
  requireAdapter(model, "interpolation");
  const known = model.knownCells.interpolation;
  if (known === undefined)
    throw new ProcedureError(
      "adapter_not_installed",
      `refining: the model.json of “${model.name}” names no knownCells.interpolation`,
    );
  const canvas = canvasFor(context, 4, known.layout);
  return { canvas, ends: known.cells, domain: inModel, subject, framePx };
}

export interface PassInput {
  before: Uint8Array;
  after: Uint8Array;
  /** how many of the two new frames are kept */
  keep: number;
  seed: number;
  /** what the four frames show, where the caller said it */
  texts: string[] | undefined;
  /** another pass follows */
  more: boolean;
}

/** The one or two new frames, in order. */
export async function paintBetween(
  context: Context,
  { canvas, ends, domain, subject, framePx }: Interpolation,
  { before, after, keep, seed, texts, more }: PassInput,
  options: MakeOptions,
): Promise<PaintedFrames & { prompt: string }> {
  const { pictures, model } = context;
  const prompt = buildPrompt(model, { frames: 4, phrase: domain.phrase, subject, steps: texts });
  const fit = (png: Uint8Array) => pictures.fit({ source: { bytes: png }, sidePx: canvas.cellPx });
  const painted = await paintFrames(
    context,
    {
      mode: "interpolation",
      adapter: "interpolation",
      canvas,
      prompt,
      domain,
      seed,
      framePx,
      more,
      known: [
        { cell: ends[0], picture: await fit(before) },
        { cell: ends[1], picture: await fit(after) },
      ],
    },
    options,
  );
  const [first, second] = withoutEnds(painted.frames, canvas, ends);
  if (first === undefined || second === undefined)
    throw new RangeError("refining: a page of four cells has two between its ends");
  const frames =
    keep === 1
      ? [await keepFarther(pictures, [first, second], [before, after], framePx)]
      : [first, second];
  return { ...painted, frames, prompt };
}

function withoutEnds(frames: Frame[], { layout }: Canvas, ends: readonly number[]): Frame[] {
  const known = new Set(ends.map((cell) => frameAt(layout, cellAt(layout, cell))));
  return frames.filter((_, i) => !known.has(i));
}
