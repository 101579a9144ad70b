// From a sentence to a procedure: every cell of the page is unknown.
import { type Context, requireDomain, requireFrames } from "./context.js";
import { planCaptions } from "./domains.js";
import { cleanCaptions, cleanSubject } from "./input.js";
import { subjectWarnings } from "./knowledge.js";
import { addTimings, canvasFor, type MakeOptions, paintFrames, versionsOf } from "./paint.js";
import { frameFile, PAGE_FILE, newSteps } from "./steps.js";
import type { Procedure } from "./procedure.js";
import { buildPrompt } from "./prompt.js";
import { seedOf } from "./seed.js";
import { newId } from "./store.js";

export interface GenerateInput {
  subject: string;
  /** slug */
  domain: string;
  /** the domain's own number where none is given */
  frames?: number | undefined;
  /** what each frame shows */
  steps?: readonly string[] | undefined;
  seed?: number | undefined;
}

export async function generate(
  context: Context,
  input: GenerateInput,
  options: MakeOptions = {},
): Promise<Procedure> {
  const startedAt = performance.now();
  const { model, store } = context;
  const { domain, inModel } = requireDomain(context, input.domain);
  const frames = requireFrames(model, domain, input.frames);
  const subject = cleanSubject(input.subject);
  const texts = input.steps && cleanCaptions(input.steps, frames, "steps");
  const seed = seedOf(input.seed);
  const prompt = buildPrompt(model, { frames, phrase: inModel.phrase, subject, steps: texts });
  const canvas = canvasFor(context, frames, "snake");

  const painted = await paintFrames(
    context,
    {
      mode: "generate",
      canvas,
      prompt,
      domain: inModel,
      seed,
      known: [],
      framePx: canvas.cellPx,
    },
    options,
  );

  const captions = texts ?? planCaptions(domain, frames, subject);
  const procedure: Procedure = {
    format: 1,
    id: newId(),
    mode: "generate",
    domain: domain.slug,
    subject,
    prompt,
    seed,
    createdAt: new Date().toISOString(),
    ...versionsOf(model, painted.versions),
    framePx: canvas.cellPx,
    steps: newSteps(painted.frames, captions),
    page: PAGE_FILE,
    warnings: subjectWarnings(model, subject),
    notes: [],
    timings: addTimings([painted.timings], startedAt),
  };
  await store.save(procedure, {
    [PAGE_FILE]: painted.page.png,
    ...Object.fromEntries(painted.frames.map((frame, i) => [frameFile(i), frame.png])),
  });
  return procedure;
}
