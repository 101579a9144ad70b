// A caption in the released form: `process phrase, subject, <image-1> what frame 1 shows <image-2> …`,
// or its short form without frames; at its end may stand an instruction, which is no text to encode.

export interface Caption {
  prompt: string;
  /** what each frame shows; empty where the caption does not say */
  steps: string[];
  /** the domain's B in the asymmetric LoRA, counted from 1 */
  domainB?: number;
}

const LORA_UP = /\s*--lora_up[\s=]+(\d{1,4})\s*$/;
const TAG = /<image-(\d+)>/g;

/**
 * Takes a caption apart.
 * Throws an Error where `--lora_up` stands without a number from 1, or not at the end.
 */
export function parseCaption(text: string): Caption {
  const line = oneLine(text);
  const domainB = Number(LORA_UP.exec(line)?.[1] ?? NaN);
  const prompt = line.replace(LORA_UP, "");
  if (domainB === 0 || prompt.includes("--lora_up"))
    throw new Error("--lora_up needs a number from 1, at the end of the caption");
  return { prompt, steps: stepsOf(prompt), ...(domainB > 0 && { domainB }) };
}

/** Whether a caption numbers its frames other than 1, 2, 3 … */
export function hasOddSteps({ prompt, steps }: Caption): boolean {
  return steps.length === 0 && prompt.search(TAG) >= 0;
}

/** The released form of what is known. */
export function framedPrompt(parts: {
  phrase?: string | undefined;
  subject?: string | undefined;
  steps: readonly string[];
}): string {
  const framed = parts.steps.map((text, i) => `<image-${i + 1}> ${text}`).join(" ");
  return [parts.phrase, parts.subject, framed].filter(Boolean).join(", ");
}

export function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function stepsOf(prompt: string): string[] {
  const tags = [...prompt.matchAll(TAG)];
  if (tags.some(([, number], i) => Number(number) !== i + 1)) return [];
  return prompt
    .split(/<image-\d+>/)
    .slice(1)
    .map((text) => text.trim());
}
