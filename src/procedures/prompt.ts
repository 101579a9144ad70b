// The prompt of a page: the model's own form, filled in.
import { ProcedureError } from "./error.js";
import { type FrameCount, type Model, ofGrid } from "./model.js";

export interface PromptParts {
  frames: FrameCount;
  phrase: string;
  /** may be empty: the picture says it */
  subject: string;
  /** words that call styles */
  triggers?: readonly string[] | undefined;
  /** what each frame shows, where the caller said it */
  steps?: readonly string[] | undefined;
}

/** Uses the framed form only where the caller gave texts and the model was trained with it. */
export function buildPrompt(
  model: Model,
  { frames, phrase, steps, triggers = [], ...parts }: PromptParts,
): string {
  const subject = withTriggers(parts.subject, triggers);
  const short = ofGrid(model.prompts, frames);
  const framed = framedForm(model, frames);
  if (short === undefined)
    throw new ProcedureError(
      "frame_count",
      `frames: the model “${model.name}” has no form for ${frames}`,
    );
  const filled =
    steps !== undefined && framed !== undefined
      ? fill(framed, { phrase, subject, steps: imageTags(steps) })
      : fill(short, { phrase, subject });
  return subject === "" ? filled.replace(/(?:,\s*)+(?=,|$)/g, "") : filled;
}

/** Whether texts for the steps can go into the prompt. */
export function readsSteps(model: Model, frames: FrameCount): boolean {
  return framedForm(model, frames) !== undefined;
}

/** The triggers stand with what is shown, those apart that it says already. */
function withTriggers(subject: string, triggers: readonly string[]): string {
  const said = subject.toLowerCase();
  const missing = triggers.filter((trigger) => !said.includes(trigger.toLowerCase()));
  return [subject, ...missing].filter((words) => words !== "").join(", ");
}

function framedForm({ prompts }: Model, frames: FrameCount): string | undefined {
  return ofGrid({ nine: prompts.nineSteps, four: prompts.fourSteps }, frames);
}

function imageTags(steps: readonly string[]): string {
  return steps.map((text, i) => `<image-${i + 1}> ${text}`).join(" ");
}

// One pass over the template, and a function as replacement: a subject that reads `{steps}` or `$&`
// stays what it is.
function fill(template: string, values: Record<string, string>): string {
  return template.replace(/\{(\w+)\}/g, (tag, key: string) => values[key] ?? tag);
}
