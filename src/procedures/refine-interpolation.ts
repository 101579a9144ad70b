// How a model paints between two frames: with weights that were trained for it, or, where it has none, as
// it paints any page of four steps, two of which are given.
import type { Blend } from "./blend.js";
import type { Context } from "./context.js";
import { ProcedureError } from "./error.js";
import { frameCounts, type Model } from "./model.js";
import { type Canvas, canvasFor } from "./paint.js";
import type { StackPart } from "./stack.js";

/** The LoRA that was trained to paint between known frames, and the name of its sampling. */
const ADAPTER = "interpolation";

/** Without it: the page as the model knows it, given the first and the last frame. */
const SNAKE_ENDS: KnownEnds = { layout: "snake", cells: [0, 2] };

type KnownEnds = NonNullable<Model["knownCells"]["interpolation"]>;

/** What all passes share. */
export interface Interpolation {
  blend: Blend;
  /** the blend's, and the interpolation LoRA where there is one */
  stack: StackPart[];
  canvas: Canvas;
  /** the cells of the two known frames */
  ends: readonly [number, number];
  subject: string;
  /** size of the frames that come back */
  framePx: number;
  /** what is good to know of the way it is done */
  notes: string[];
}

/** Throws where the model lacks pages of four frames, or the cells of its interpolation LoRA. */
export function openInterpolation(
  context: Context,
  { subject, framePx }: { subject: string; framePx: number },
  blend: Blend,
): Interpolation {
  const { model } = context;
  if (!frameCounts(model).includes(4))
    throw new ProcedureError(
      "frame_count",
      `refining: steps in between are painted on pages of four frames, and the model “${model.name}” has no prompt for them (prompts.four of its model.json)`,
    );
  const isTrained = Object.hasOwn(model.adapters, ADAPTER);
  const { layout, cells } = knownEnds(model, isTrained);
  return {
    blend,
    stack: isTrained ? [...blend.stackOn(4), { name: ADAPTER, weight: 1 }] : blend.stackOn(4),
    canvas: canvasFor(context, 4, layout),
    ends: cells,
    subject,
    framePx,
    notes: isTrained ? [] : [untrainedNote(model, layout)],
  };
}

/** The cells belong to the weights; where there are none, model.json may still name them. */
function knownEnds({ name, knownCells }: Model, isTrained: boolean): KnownEnds {
  const known = knownCells.interpolation;
  if (isTrained && known === undefined)
    throw new ProcedureError(
      "adapter_not_installed",
      `refining: the model.json of “${name}” names no knownCells.interpolation, the cells that its interpolation adapter was trained to see`,
    );
  return known ?? SNAKE_ENDS;
}

function untrainedNote({ name }: Model, layout: KnownEnds["layout"]): string {
  const place = layout === "snake" ? "the first and the last cell of its path" : "two of its cells";
  return `The model “${name}” has no weights of its own for steps in between: it painted a page of four steps on which ${place} were given (${layout} order). Look at the new steps before you tell them.`;
}
