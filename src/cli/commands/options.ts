// Options that several commands have, and how an option's text is read.
import { InvalidArgumentError, Option } from "commander";

export const json = new Option("--json", "print one JSON object");
export const out = new Option("--out <dir>", "copy frames, page and manifest there");
export const seed = new Option("--seed <n>", "the same seed gives the same pictures").argParser(
  integer,
);

export const domain = new Option(
  "--domain <slug>",
  "the craft, or a mix as lego:0.6,sketch:0.4; `makeanything domains` lists them",
).makeOptionMandatory();
export const style = new Option(
  "--style <name[:weight]>",
  "a style on top, as watercolor:0.8; may be repeated; `makeanything adapters list` shows them",
).argParser(append);
export const frames = new Option(
  "--frames <n>",
  "4 or 9 steps; the domain's own number by default",
).argParser(integer);
export const preset = new Option(
  "--preset <name>",
  "one of the model's presets: fewer steps; `makeanything domains` lists them",
);
export const preview = new Option(
  "--preview <file>",
  "write the page as it seems to become there, a small PNG, while it is painted",
);

// Of the commands that ask a vision model.
export const endpoint = new Option(
  "--endpoint <url>",
  "OpenAI-compatible, as Ollama, LM Studio and hosts offer",
).default("http://localhost:11434/v1");
export const model = new Option(
  "--model <name>",
  "a model there that reads pictures",
).makeOptionMandatory();
export const apiKeyEnv = new Option(
  "--api-key-env <name>",
  "the variable with the key (default: OPENAI_API_KEY; '' for none)",
);
export const timeout = new Option("--timeout-s <n>", "the longest wait for one answer, in s")
  .argParser(integer)
  .default(240);

export function append(value: string, before: string[] = []): string[] {
  return [...before, value];
}

export function integer(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("must be a whole number.");
  return Number(text);
}

export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value))
    throw new InvalidArgumentError("must be a number.");
  return value;
}
