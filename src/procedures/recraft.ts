// From a picture to a procedure: the last cell is known, the model paints how it may have come about.
import { askedAgain, type BlendInput, openBlend } from "./blend.js";
import { planCaptions } from "./captions.js";
import { type Context, requireAdapter, requireFrames } from "./context.js";
import { ProcedureError } from "./error.js";
import { finish } from "./finish.js";
import { cleanSubject } from "./input.js";
import { pictureWarnings, subjectWarnings } from "./knowledge.js";
import { forFrames, type FrameCount, type Model, type ModelDomain, ofGrid } from "./model.js";
import { canvasFor, type MakeOptions, paintFrames } from "./paint.js";
import type { Plan } from "./plan.js";
import { presetOf } from "./preset.js";
import type { Procedure } from "./procedure.js";
import { buildPrompt } from "./prompt.js";
import { seedOf } from "./seed.js";
import { findPicture } from "./source.js";
import type { StackPart } from "./stack.js";
import { newSteps } from "./steps.js";
import { cellAt, frameAt } from "../grid/index.js";

export interface RecraftInput extends BlendInput {
  /** a path, `file://`, a `data:` URI, a handle, or an address of the web where that is switched on */
  image: string;
  /** what the picture shows; a handle knows it already */
  subject?: string | undefined;
  frames?: number | undefined;
  seed?: number | undefined;
  /** of the model's: fewer steps */
  preset?: string | undefined;
}

/** The longest side at which the given picture becomes a step. */
const MAX_GIVEN_PX = 2048;

/** What a plan says of a picture that came within an argument: give it again. */
export const GIVEN_INLINE = "data:";

const RECRAFT_NOTE =
  "This is a plausible way to get to the picture, not a record of how the thing was made.";

const NO_SUBJECT =
  "No subject was given: the steps before the picture may show something else. Say what it shows to get better ones.";

export async function recraft(
  context: Context,
  input: RecraftInput,
  options: MakeOptions = {},
): Promise<Procedure> {
  const { make } = await planRecraft(context, input, options);
  return make(options);
}

/** The picture is read and looked at here, once: what becomes of its file later does not matter. */
export async function planRecraft(
  context: Context,
  input: RecraftInput,
  { signal }: Pick<MakeOptions, "signal"> = {},
): Promise<Plan> {
  const { model, store, pictures } = context;
  const blend = openBlend(context, input);
  const { domain, inModel, triggers } = blend;
  const frames = requireFrames(model, blend, input.frames);
  const preset = presetOf(model, input.preset);
  const stack = [...blend.stackOn(frames), recraftPart(model, inModel, frames), ...preset.stack];
  const seed = seedOf(input.seed);
  const picture = await findPicture(input.image, context, { signal });
  const said = input.subject ?? picture.procedure?.subject ?? "";
  const subject = said === "" ? "" : cleanSubject(said);
  const cell = recraftCell(context, frames);
  const canvas = canvasFor(context, frames, "snake");
  await store.prepare();

  const { original, ...given } = await pictures.open(
    { source: picture.source, maxSidePx: MAX_GIVEN_PX },
    { signal },
  );
  const known = await pictures.fit(
    { source: { bytes: given.png }, sidePx: canvas.cellPx },
    { signal },
  );
  const prompt = buildPrompt(model, { frames, phrase: inModel.phrase, subject, triggers });
  // Nobody wants to read a picture in an argument.
  const image = picture.origin === "data" ? GIVEN_INLINE : input.image;
  return {
    request: {
      verb: "recraft",
      input: { ...input, ...askedAgain(blend), image, subject, frames, seed },
    },
    domain: domain.slug,
    subject,
    framesReady: 0,
    frames,
    pages: 1,
    make,
  };

  async function make(options: MakeOptions = {}): Promise<Procedure> {
    const startedAt = performance.now();
    const painted = await paintFrames(
      context,
      {
        mode: "recraft",
        canvas,
        prompt,
        stack,
        steps: preset.steps,
        seed,
        known: [{ cell, picture: known }],
        framePx: canvas.cellPx,
      },
      options,
    );

    const givenAt = frameAt(canvas.layout, cellAt(canvas.layout, cell));
    const captions = planCaptions(domain, frames, subject);
    const steps = newSteps(painted.frames.with(givenAt, given), captions, "plan");
    return finish(
      context,
      {
        id: options.id,
        mode: "recraft",
        ...blend.record,
        subject,
        prompt,
        seed,
        framePx: canvas.cellPx,
        warnings: [
          ...new Set([
            ...(subject === "" ? [NO_SUBJECT] : subjectWarnings(model, inModel, subject)),
            ...pictureWarnings(model, original),
          ]),
        ],
        notes: [RECRAFT_NOTE, ...blend.notes],
        startedAt,
        passes: [painted],
      },
      {
        page: painted.page,
        steps: steps.map((step, i) =>
          i === givenAt ? { ...step, origin: { kind: "given", source: picture.origin } } : step,
        ),
        original,
      },
    );
  }
}

/** Where other domains have one of their own, theirs is of no use. */
function recraftPart(model: Model, inModel: ModelDomain, frames: FrameCount): StackPart {
  const own = forFrames(inModel.recraft, frames);
  const others = model.domains.filter((domain) => forFrames(domain.recraft, frames) !== undefined);
  if (own === undefined && others.length > 0)
    throw new ProcedureError(
      "adapter_not_installed",
      `domain: the model “${model.name}” recrafts into ${frames} frames of ${others.map(({ domain }) => domain).join(", ")} alone, got ${inModel.domain}`,
    );
  const name = own ?? "recraft";
  requireAdapter(model, name);
  return { name, weight: 1 };
}

function recraftCell({ model }: Context, frames: FrameCount): number {
  const cell = ofGrid(model.knownCells.recraft, frames)?.[0];
  if (cell === undefined)
    throw new ProcedureError(
      "frame_count",
      `frames: the model “${model.name}” was not trained to recraft into ${frames} frames; try ${frames === 9 ? 4 : 9}`,
    );
  return cell;
}
