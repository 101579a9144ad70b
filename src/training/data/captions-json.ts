// captions.json, what somebody says of a folder of frames.
import { z } from "zod";
import { type Caption, framedPrompt, oneLine } from "./caption.js";

const text = z.string().transform(oneLine).pipe(z.string().min(1, "is empty"));
const steps = z.array(text).min(1);
const described = z.strictObject({
  subject: text,
  /** the process phrase, as `Painting process of a X` */
  phrase: text.optional(),
  steps,
  /** the domain's B in the asymmetric LoRA, counted from 1 */
  lora_up: z.int().min(1).optional(),
});

const FORM = "it is a list of texts, or { subject, phrase?, steps: [texts] }";

/** A text for each frame, alone or with the subject. */
export type CaptionsJson = z.input<typeof described>;

/**
 * @param phrase - for a folder that names none
 * Throws an Error that names the field.
 */
export function parseCaptionsJson(json: string, phrase?: string): Caption {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new Error(`is no JSON (${(error as Error).message}); ${FORM}`, { cause: error });
  }
  if (Array.isArray(value)) {
    const listed = parse(steps, value);
    return { prompt: framedPrompt({ phrase, steps: listed }), steps: listed };
  }
  const given = parse(described, value);
  return {
    prompt: framedPrompt({ phrase, ...given }),
    steps: given.steps,
    ...(given.lora_up !== undefined && { domainB: given.lora_up }),
  };
}

function parse<Output>(schema: z.ZodType<Output>, value: unknown): Output {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join(".") || "the whole";
  throw new Error(`${field}: ${issue?.message}; ${FORM}`);
}
