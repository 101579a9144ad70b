// What a page is painted with, as a person types it: --domain lego:0.6,sketch:0.4 --style watercolor:0.8.
import type { BlendInput, DomainChoice, StyleChoice } from "../procedures/index.js";
import { type Weighted, weightedList } from "../tools/index.js";

export interface BlendFlags {
  domain: string;
  style?: string[];
}

export function readBlend({ domain, style }: BlendFlags): BlendInput {
  return { domain: readDomain(domain), styles: readStyles(style) };
}

function readDomain(text: string): DomainChoice {
  const list = read("--domain", text, "lego, or of a mix lego:0.6,sketch:0.4");
  const [first] = list;
  if (list.length === 1 && first?.weight === undefined) return text.trim();
  const mix = new Map(list.map(({ name, weight }) => [name, weight]));
  if (mix.size < list.length || list.some(({ weight }) => weight === undefined))
    throw new Error(
      `--domain ${text}: a mix names each domain once, with its weight: lego:0.6,sketch:0.4`,
    );
  return Object.fromEntries(list.map(({ name, weight = 0 }) => [name, weight]));
}

/** @param texts - one of each --style; false: --no-style */
export function readStyles(
  texts: readonly string[] | false | undefined,
): StyleChoice[] | undefined {
  if (texts === false) return [];
  return texts?.flatMap((text) => read("--style", text, "watercolor or watercolor:0.8"));
}

function read(flag: string, text: string, form: string): Weighted[] {
  const list = weightedList(text);
  if (list === undefined) throw new Error(`${flag} ${text}: goes ${form}`);
  return list;
}
