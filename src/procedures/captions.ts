// How steps are told: by the domain's plan with the subject in it, by the caller, or by their place
// between two steps that are told otherwise.
import type { Domain } from "./domains.js";
import type { FrameCount } from "./model.js";
import type { ProcedureStep } from "./procedure.js";
import { oneLine, shorten } from "./words.js";

/** The longest subject, and the longest part of a neighbour, that a caption repeats, in characters. */
const SUBJECT_LENGTH = 120;
const QUOTE_LENGTH = 60;

/** The domain's captions for so many frames; an empty subject reads “the piece”. */
export function planCaptions(domain: Domain, frames: FrameCount, subject: string): string[] {
  const spoken =
    shorten(oneLine(subject), SUBJECT_LENGTH).replace(/[\s.,;:!?]+$/, "") || "the piece";
  // A function as replacement: a subject that reads `$&` or `{subject}` stays what it is.
  return domain.plans[frames].map((template) =>
    template.replace(/\{subject\}/g, (_, offset: number) =>
      /(^|[.!?] )$/.test(template.slice(0, offset)) ? capitalize(spoken) : spoken,
    ),
  );
}

/** Tells every step that is told by its place anew; the others stay as they are. */
export function tellPlaces<Step extends Pick<ProcedureStep, "caption" | "captionBy">>(
  steps: readonly Step[],
): Step[] {
  const isFixed = ({ captionBy }: Step) => captionBy !== "place";
  return steps.map((step, i) => {
    if (isFixed(step)) return step;
    const before = steps.findLastIndex((other, j) => j < i && isFixed(other));
    const after = steps.findIndex((other, j) => j > i && isFixed(other));
    const [from, to] = [steps[before], steps[after]];
    if (from === undefined || to === undefined) return step;
    const place = sayPlace((i - before) / (after - before));
    return {
      ...step,
      caption: `${place} from “${quote(from.caption)}” to “${quote(to.caption)}”.`,
    };
  });
}

const NAMED_PLACES: readonly (readonly [at: number, words: string])[] = [
  [1 / 4, "A quarter of the way"],
  [1 / 3, "A third of the way"],
  [1 / 2, "Halfway"],
  [2 / 3, "Two thirds of the way"],
  [3 / 4, "Three quarters of the way"],
];

/** @param at - between 0 and 1 */
function sayPlace(at: number): string {
  const named = NAMED_PLACES.find(([value]) => Math.abs(value - at) < 0.005);
  return named?.[1] ?? `About ${Math.round(100 * at)}% of the way`;
}

/** The first sentence of a caption, or its first clause, or as much of it as fits. */
function quote(caption: string): string {
  const text = oneLine(caption)
    .replaceAll("“", "‘")
    .replaceAll("”", "’")
    .replace(/[.。]$/, "");
  const clause = /^.{15,}?(?=[;:.!?] |[；：。！？])/u.exec(text.slice(0, QUOTE_LENGTH + 1));
  return clause?.[0] ?? shorten(text, QUOTE_LENGTH);
}

function capitalize(text: string): string {
  const [first = ""] = text;
  return first.toUpperCase() + text.slice(first.length);
}
