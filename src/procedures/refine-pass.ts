// One pass of refining: a 2x2 page whose two known cells are neighbours, and the frames between them.
import type { Context } from "./context.js";
import { keepFarther } from "./distance.js";
import { type Canvas, type MakeOptions, type PaintedFrames, paintFrames } from "./paint.js";
import { buildPrompt } from "./prompt.js";
import type { Interpolation } from "./refine-interpolation.js";
import { cellAt, frameAt } from "../grid/index.js";
import type { Frame } from "../workers/index.js";

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
  { blend, stack, canvas, ends, subject, framePx }: Interpolation,
  { before, after, keep, seed, texts, more }: PassInput,
  options: MakeOptions,
): Promise<PaintedFrames & { prompt: string }> {
  const { pictures, model } = context;
  const { inModel, triggers } = blend;
  const { phrase } = inModel;
  const prompt = buildPrompt(model, { frames: 4, phrase, subject, triggers, steps: texts });
  const fit = (png: Uint8Array) => pictures.fit({ source: { bytes: png }, sidePx: canvas.cellPx });
  const painted = await paintFrames(
    context,
    {
      mode: "interpolation",
      canvas,
      prompt,
      stack,
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
