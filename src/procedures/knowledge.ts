// What a small model does not know, said before anybody narrates a castle as a dragon. A model whose
// `model.json` lists its subjects was trained on those words and its colours, and on no others.
import type { Domain } from "./domains.js";
import { frameCounts, type Model, type ModelDomain, pagePx } from "./model.js";
import { shorten } from "./words.js";
import { layoutFor } from "../grid/index.js";

// Words that name nothing to draw.
const LITTLE_WORDS = new Set(
  "a an the of and with in on at to for by from into its his her their my your our this that these those some one single".split(
    " ",
  ),
);

/** The most of a subject or of a word that a warning repeats, in characters. */
const QUOTE_LENGTH = 60;

/** Warnings about a subject; none for a model without a list of subjects. */
export function subjectWarnings(model: Model, domain: ModelDomain, subject: string): string[] {
  if (model.subjects === undefined) return [];
  const { things, hues, unknown } = readSubject(model, subject);
  const who = `The model “${model.name}”`;
  const atOnce = model.thingsAtOnce;

  if (things.length === 0)
    return [
      `${who} knows nothing that “${shorten(subject, QUOTE_LENGTH)}” names, so the pictures show something else.`,
      canDraw(model),
    ];
  const warnings: string[] = [];
  if (unknown.length > 0)
    warnings.push(
      `${who} does not know ${quoteList(unknown)}: the pictures show ${quoteList(things)} at best.`,
      canDraw(model),
    );
  if (things.length > atOnce)
    warnings.push(
      `${who} draws ${sayCount(atOnce, "thing")} at a time: of ${quoteList(things)} the pictures may show fewer, or none.`,
    );
  if (hues.length > 0 && !domain.colors)
    warnings.push(
      `${who} draws ${domain.domain} in colours of its own: the pictures do not show ${quoteList(hues)}.`,
    );
  else if (hues.length > atOnce)
    warnings.push(
      `${who} draws in ${sayCount(atOnce, "colour")} at a time: of ${quoteList(hues)} the pictures may show fewer, or none.`,
    );
  return warnings;
}

/** What the words are to the model, each once; of names that begin alike the longest counts. */
function readSubject({ subjects = [], colors, words: others }: Model, subject: string) {
  const words = subject.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  const things = new Set<string>();
  const hues = new Set<string>();
  const unknown: string[] = [];
  for (let i = 0; i < words.length;) {
    const longest = (names: readonly string[]) =>
      names
        .filter((name) => isAt(words, i, name))
        .toSorted((a, b) => b.length - a.length)
        .at(0);
    const thing = longest(subjects);
    const hue = longest(colors);
    const word = words[i] as string;
    if (thing !== undefined) things.add(thing);
    else if (hue !== undefined) hues.add(hue);
    else if (!LITTLE_WORDS.has(word) && !others.includes(word)) unknown.push(word);
    i += (thing ?? hue ?? word).split(" ").length;
  }
  return { things: [...things], hues: [...hues], unknown };
}

/** The warning where the caller's texts became captions and yet stood in no prompt. */
export function unreadCaptions(model: Model): string {
  return `Captions given by the caller were not read by the model “${model.name}”: the pictures may not show what they say. Look before you tell them.`;
}

/**
 * Warnings about a picture that is to be explained; none for a model without a list of subjects, which
 * knows its own drawings alone: they have the size of a frame, and a photo has not.
 * @param size - of the picture as it came
 */
export function pictureWarnings(
  model: Model,
  { widthPx, heightPx }: { widthPx: number; heightPx: number },
): string[] {
  if (model.subjects === undefined) return [];
  const frameSides = frameCounts(model).map(
    (frames) => pagePx(model, frames) / layoutFor(frames, "snake").columns,
  );
  if (widthPx === heightPx && frameSides.includes(widthPx)) return [];
  return [
    `The picture is unlike anything the model “${model.name}” was trained on, which is its own drawings: the steps before it may show something else.`,
    canDraw(model),
  ];
}

/** What the model can draw, and what draws more. */
export function canDraw(model: Model): string {
  if (model.subjects === undefined) return "The model can draw what can be said in a few words.";
  const colors = model.colors.length > 0 ? ` in ${model.colors.join(", ")}` : "";
  return `The model can draw: ${model.subjects.join(", ")}${colors}. A model folder with FLUX.1-dev and the MakeAnything LoRAs draws far more (modelDir in config.json, or MAKEANYTHING_MODEL).`;
}

/** A few subjects to try in a domain of the model, other ones in each. */
export function exampleSubjects(
  model: Model,
  { slug, index }: Pick<Domain, "slug" | "index">,
): string[] {
  const { subjects = [] } = model;
  const isGrey = model.domains.some(({ domain, colors }) => domain === slug && !colors);
  const colors = isGrey ? [] : model.colors;
  return Array.from({ length: Math.min(3, subjects.length) }, (_, i) => {
    const subject = subjects[(index * 3 + i * 4) % subjects.length] ?? "";
    const color = colors[(index + i) % colors.length];
    const words = color === undefined ? subject : `${color} ${subject}`;
    return `${/^[aeiou]/.test(words) ? "an" : "a"} ${words}`;
  });
}

/** Whether the words from `at` on are `name` or its plural. A compound is not: a sailboat is no boat. */
function isAt(words: readonly string[], at: number, name: string): boolean {
  const parts = name.split(" ");
  const there = words.slice(at, at + parts.length).join(" ");
  return there === name || there === `${name}s`;
}

const sayCount = (count: number, what: string): string =>
  count === 1 ? `one ${what}` : `${count} ${what}s`;

function quoteList(words: readonly string[]): string {
  return words
    .slice(0, 8)
    .map((word) => `“${shorten(word, QUOTE_LENGTH)}”`)
    .join(", ");
}
