// From a sentence to a procedure: every cell of the page is unknown.
import { askedAgain, type BlendInput, openBlend } from "./blend.js";
import { planCaptions } from "./captions.js";
import { type Context, requireFrames } from "./context.js";
import { finish } from "./finish.js";
import { cleanCaptions, cleanSubject } from "./input.js";
import { subjectWarnings, unreadCaptions } from "./knowledge.js";
import { canvasFor, type MakeOptions, paintFrames } from "./paint.js";
import type { Plan } from "./plan.js";
import { presetOf } from "./preset.js";
import type { Procedure } from "./procedure.js";
import { buildPrompt, readsSteps } from "./prompt.js";
import { seedOf } from "./seed.js";
import { newSteps } from "./steps.js";

export interface GenerateInput extends BlendInput {
  subject: string;
  /** the (heaviest) domain's own number where none is given */
  frames?: number | undefined;
  /** what each frame shows */
  steps?: readonly string[] | undefined;
  seed?: number | undefined;
  /** of the model's: fewer steps */
  preset?: string | undefined;
}

export async function generate(
  context: Context,
  input: GenerateInput,
  options: MakeOptions = {},
): Promise<Procedure> {
  const { make } = await planGenerate(context, input);
  return make(options);
}

export async function planGenerate(context: Context, input: GenerateInput): Promise<Plan> {
  const { model, store } = context;
  const blend = openBlend(context, input);
  const { inModel, triggers } = blend;
  const frames = requireFrames(model, blend, input.frames);
  const preset = presetOf(model, input.preset);
  const stack = [...blend.stackOn(frames), ...preset.stack];
  const subject = cleanSubject(input.subject);
  const texts = input.steps && cleanCaptions(input.steps, frames, "steps");
  const seed = seedOf(input.seed);
  const { phrase } = inModel;
  const prompt = buildPrompt(model, { frames, phrase, subject, triggers, steps: texts });
  const canvas = canvasFor(context, frames, "snake");
  await store.prepare();
  return {
    request: { verb: "generate", input: { ...input, ...askedAgain(blend), subject, frames, seed } },
    domain: blend.domain.slug,
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
        mode: "generate",
        canvas,
        prompt,
        stack,
        steps: preset.steps,
        seed,
        known: [],
        framePx: canvas.cellPx,
      },
      options,
    );

    const captions = texts ?? planCaptions(blend.domain, frames, subject);
    const unread = texts !== undefined && !readsSteps(model, frames);
    return finish(
      context,
      {
        id: options.id,
        mode: "generate",
        ...blend.record,
        subject,
        prompt,
        seed,
        framePx: canvas.cellPx,
        warnings: [
          ...subjectWarnings(model, inModel, subject),
          ...(unread ? [unreadCaptions(model)] : []),
        ],
        notes: blend.notes,
        startedAt,
        passes: [painted],
      },
      { page: painted.page, steps: newSteps(painted.frames, captions, texts ? "caller" : "plan") },
    );
  }
}
