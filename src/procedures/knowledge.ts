// What a small model does not know, said before anybody narrates a castle as a dragon. A model whose
// `model.json` lists its subjects was trained on those words and its colours, and on no others.
import { layoutFor } from "../grid/index.js";
import { frameCounts, pagePx, type Model } from "./model.js";

// Words that name nothing to draw.
const LITTLE_WORDS = new Set(
  "a an the of and with in on at to for by from into its his her their my your our this that these those some one single".split(
    " ",
  ),
);

/** Warnings about a subject; none for a model without a list of subjects. */
export function subjectWarnings(model: Model, subject: string): string[] {
  const { subjects, colors } = model;
  if (subjects === undefined) return [];
  const words = subject.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  const named = words.filter((word) => !LITTLE_WORDS.has(word));
  const known = new Set(named.flatMap((word) => subjects.find((s) => names(word, s)) ?? []));
  const unknown = named.filter((word) => ![...subjects, ...colors].some((w) => names(word, w)));

  if (known.size === 0)
    return [
      `The model “${model.name}” knows nothing that “${shorten(subject)}” names, so the pictures show something else. ${canDraw(model)}`,
    ];
  if (unknown.length > 0)
    return [
      `The model “${model.name}” does not know ${quoteList(unknown)}: the pictures show ${quoteList([...known])} at best. ${canDraw(model)}`,
    ];
  if (known.size > 1)
    return [
      `The model “${model.name}” draws one thing at a time: of ${quoteList([...known])} the pictures may show one, or none.`,
    ];
  return [];
}

/**
 * Below this the autoencoder cannot even repeat the picture: it is unlike all that the model saw.
 * Measured with the embedded model: 27 to 35 dB for its own drawings, 14 to 24 dB for photos and for
 * drawings of other hands. A smooth photo may do better; but no photo has the size of a frame.
 */
const STRANGE_PICTURE_DB = 25.5;

/**
 * Warnings about a picture that is to be explained; none for a model without a list of subjects.
 * @param size - of the picture as it came
 * @param knownPsnrDb - how well the autoencoder repeats it
 */
export function pictureWarnings(
  model: Model,
  { widthPx, heightPx }: { widthPx: number; heightPx: number },
  knownPsnrDb: readonly number[],
): string[] {
  if (model.subjects === undefined) return [];
  const frameSides = frameCounts(model).map(
    (frames) => pagePx(model, frames) / layoutFor(frames, "snake").columns,
  );
  const isFrame = widthPx === heightPx && frameSides.includes(widthPx);
  if (isFrame && knownPsnrDb.every((db) => db >= STRANGE_PICTURE_DB)) return [];
  return [
    `The picture is unlike anything the model “${model.name}” was trained on, which is its own drawings: the steps before it may show something else. ${canDraw(model)}`,
  ];
}

/** What the model can draw, and what draws more. */
export function canDraw(model: Model): string {
  if (model.subjects === undefined) return "It can draw what can be said in a few words.";
  const colors = model.colors.length > 0 ? ` in ${model.colors.join(", ")}` : "";
  return `It can draw: ${model.subjects.join(", ")}${colors}. A model folder with FLUX.1-dev and the MakeAnything LoRAs draws far more (modelDir in config.json, or MAKEANYTHING_MODEL).`;
}

/** Subjects to try, one for each of the first few words of the list. */
export function exampleSubjects(model: Model, offset = 0): string[] {
  const { subjects = [], colors } = model;
  return Array.from({ length: Math.min(3, subjects.length) }, (_, i) => {
    const subject = subjects[(offset * 3 + i * 4) % subjects.length] ?? "";
    const color = colors[(offset + i) % colors.length];
    const words = color === undefined ? subject : `${color} ${subject}`;
    return `${/^[aeiou]/.test(words) ? "an" : "a"} ${words}`;
  });
}

/** Whether `word` is `name` or its plural. A compound is not: asked for a sailboat, the embedded model draws no boat. */
function names(word: string, name: string): boolean {
  return word === name || word === `${name}s`;
}

function quoteList(words: readonly string[]): string {
  return words
    .slice(0, 8)
    .map((word) => `“${shorten(word)}”`)
    .join(", ");
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
