// A procedure as it is told to people: a title, a line of facts, and steps whose captions are fit to be
// shown. Every format is made from this, and knows nothing else of procedures.
import { type Context, oneLine, type Procedure } from "../procedures/index.js";

/** Longer captions are nobody's: tools take fewer characters, but a folder may come from elsewhere. */
const MOST_CHARACTERS = 1000;

export interface Tutorial {
  title: string;
  facts: string;
  warnings: string[];
  notes: string[];
  steps: TutorialStep[];
}

export interface TutorialStep {
  caption: string;
  /** painted between two others */
  isNew: boolean;
  /** absolute path of the PNG */
  file: string;
  /** its longer side */
  sidePx: number;
}

export function tutorialOf(
  { store, domains }: Pick<Context, "store" | "domains">,
  procedure: Procedure,
): Tutorial {
  const { id, domain, mix, styles = [], subject, seed, model, warnings, notes, steps } = procedure;
  const nameOf = (craft: string) => domains.find(({ slug }) => slug === craft)?.name ?? craft;
  const crafts = mix ? Object.keys(mix) : [domain];
  const craft = [...crafts.map(nameOf), ...styles.map(({ name }) => name)].join(" + ");
  return {
    title: `How ${fit(subject) || "it"} is made`,
    facts: fit(`${craft} · ${steps.length} steps · model “${model.name}” · seed ${seed}`),
    warnings: warnings.map(fit),
    notes: notes.map(fit),
    steps: steps.map(({ caption, file, origin, widthPx, heightPx }, i) => ({
      caption: isSeen(caption) ? fit(caption) : `Step ${i + 1}`,
      isNew: origin.kind === "interpolated",
      file: store.filePath(id, file),
      sidePx: Math.max(widthPx, heightPx),
    })),
  };
}

function fit(text: string): string {
  return [...oneLine(text)].slice(0, MOST_CHARACTERS).join("");
}

function isSeen(text: string): boolean {
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(text);
}

/** How long a step stays in a moving picture: as long as its caption takes to read. */
export function readingMs(caption: string): number {
  return Math.max(1500, Math.min(4000, 900 + 20 * caption.length));
}
