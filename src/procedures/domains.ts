// The catalogue of domains: what each one is called and how its steps are told. Nothing here depends
// on weights; captions are templates with the subject in them, so that they can be narrated at once.
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { ProcedureError } from "./error.js";
import type { FrameCount } from "./model.js";

/** The longest subject, and the longest part of a neighbour, that a caption repeats, in characters. */
const SUBJECT_LENGTH = 120;
const QUOTE_LENGTH = 60;

const captionTemplate = z
  .string()
  .min(1)
  .refine(
    (text) => !/[{}]/.test(text.replaceAll("{subject}", "")),
    "only {subject} may be in braces",
  );

const domainFile = z.strictObject({
  /** also the name of the folder */
  slug: z.string().regex(/^[a-z][a-z_]*$/),
  /** B matrix in the released asymmetric LoRA, counted from 1 */
  index: z.number().int().positive(),
  name: z.string().min(1),
  /** the frame count its data came with, and its default */
  frames: z.union([z.literal(9), z.literal(4)]),
  /** what a procedure in this domain shows, in one sentence */
  summary: z.string().min(1),
  /** names the process in a prompt; a model's own phrase goes first */
  phrase: z.string().min(1),
  plans: z.strictObject({
    9: z.array(captionTemplate).length(9),
    4: z.array(captionTemplate).length(4),
  }),
});

export type Domain = z.infer<typeof domainFile>;

/** Reads `<slug>/adapter.json` of every folder, sorted by index. Throws `bad_catalogue` with file and field. */
export function loadDomains(adaptersDir: string): Domain[] {
  const domains = listFolders(adaptersDir)
    .map((slug) => loadDomain(path.join(adaptersDir, slug, "adapter.json"), slug))
    .toSorted((a, b) => a.index - b.index);
  domains.forEach(({ slug, index }, i) => {
    const previous = domains[i - 1];
    if (previous?.index === index)
      throw badCatalogue(
        path.join(adaptersDir, slug, "adapter.json"),
        `index: ${index} already belongs to ${previous.slug}`,
      );
  });
  return domains;
}

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

/**
 * The caption of a new step painted between two neighbours. Where these lie between others already,
 * it tells the place between the outer ones: captions stay short however often a gap is refined.
 * @param place - counted from 1, of the `of` new steps in the gap
 */
export function betweenCaption(before: string, after: string, place: number, of: number): string {
  const left = readBetween(before);
  const right = readBetween(after);
  const from = left?.from ?? quotable(before);
  const to = right?.to ?? quotable(after);
  const start = left?.to === to ? left.at : 0;
  const end = right?.from === from ? right.at : 1;
  const at = start + ((end - start) * place) / (of + 1);
  return `${sayPlace(at)} from “${from}” to “${to}”.`;
}

function listFolders(adaptersDir: string): string[] {
  try {
    return readdirSync(adaptersDir, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch (error) {
    throw badCatalogue(adaptersDir, `cannot list the catalogue: ${reason(error)}`);
  }
}

function loadDomain(file: string, slug: string): Domain {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw badCatalogue(file, `cannot be read as JSON: ${reason(error)}`);
  }
  const parsed = domainFile.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw badCatalogue(file, [...(issue?.path ?? []).map(String), issue?.message].join(": "));
  }
  if (parsed.data.slug !== slug)
    throw badCatalogue(file, `slug: ${parsed.data.slug} is not its folder's name, ${slug}`);
  return parsed.data;
}

function badCatalogue(file: string, what: string): ProcedureError {
  return new ProcedureError("bad_catalogue", `${file}: ${what}`);
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const NAMED_PLACES: readonly (readonly [at: number, words: string])[] = [
  [1 / 4, "A quarter of the way"],
  [1 / 3, "A third of the way"],
  [1 / 2, "Halfway"],
  [2 / 3, "Two thirds of the way"],
  [3 / 4, "Three quarters of the way"],
];

function sayPlace(at: number): string {
  const named = NAMED_PLACES.find(([value]) => Math.abs(value - at) < 0.005);
  const percent = Math.min(99, Math.max(1, Math.round(100 * at)));
  return named?.[1] ?? `About ${percent}% of the way`;
}

function readPlace(words: string): number | undefined {
  const percent = /^About (\d\d?)% of the way$/.exec(words)?.[1];
  if (percent !== undefined) return Number(percent) / 100;
  return NAMED_PLACES.find(([, name]) => name === words)?.[0];
}

const BETWEEN = new RegExp(
  `^([^“”]{1,40}) from “([^“”]{0,${QUOTE_LENGTH}})” to “([^“”]{0,${QUOTE_LENGTH}})”\\.$`,
);

/** Takes a caption of `betweenCaption` apart; undefined for any other. */
function readBetween(caption: string): { at: number; from: string; to: string } | undefined {
  const [, words = "", from = "", to = ""] = BETWEEN.exec(caption) ?? [];
  const at = readPlace(words);
  return at === undefined ? undefined : { at, from, to };
}

/** The first sentence of a caption, or its first clause, or as much of it as fits. */
function quotable(caption: string): string {
  const text = oneLine(caption)
    .replaceAll("“", "‘")
    .replaceAll("”", "’")
    .replace(/[.。]$/, "");
  const clause = /^.{15,}?(?=[;:.!?] |[；：。！？])/u.exec(text.slice(0, QUOTE_LENGTH + 1));
  return clause?.[0] ?? shorten(text, QUOTE_LENGTH);
}

/** Cuts at the last comma, or else the last word's border, unless that leaves too little. */
function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  const cut = text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, ""); // no half of a pair
  const comma = Math.max(cut.lastIndexOf(", "), cut.lastIndexOf("，"));
  const border = comma > length / 3 ? comma : cut.lastIndexOf(" ");
  return `${(border > length / 3 ? cut.slice(0, border) : cut).replace(/[\s.,;:]+$/, "")}…`;
}

function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, " ").trim();
}

function capitalize(text: string): string {
  const [first = ""] = text;
  return first.toUpperCase() + text.slice(first.length);
}
