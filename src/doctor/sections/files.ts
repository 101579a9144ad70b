// Files that are not what their place or their name says, and what cannot be used for anything.
import path from "node:path";
import type { Line, Section, State } from "../diagnosis.js";
import type { FoundFile, Purpose, World } from "../world.js";

/** Of more files nobody reads the names; `--json` has them all. */
const MOST_NAMED = 5;

const purposes: Record<Purpose, string> = {
  transformer: "base models",
  autoencoder: "autoencoders",
  t5: "text encoders",
  clip: "text encoders",
  lora: "LoRAs",
};

export function filesSection({ files }: Pick<World, "files">): Section | undefined {
  const broken = files.filter(({ fault }) => fault !== undefined);
  const whole = files.filter(({ fault }) => fault === undefined);
  const lines: Line[] = [
    ...broken.map((file) => line("wrong", file, file.fault!)),
    ...whole.filter(isMisplaced).map((file) => line("note", file, sayPlace(file))),
    ...whole.flatMap((file) => file.warnings.map((words) => line("note", file, words))),
    ...strangers(whole.filter((file) => !isOfUse(file) && !isMisplaced(file))),
  ];
  return lines.length === 0 ? undefined : { title: "Files that need a look", lines };
}

const line = (state: State, { path: place }: FoundFile, words: string): Line => ({
  state,
  what: "",
  words,
  path: place,
});

const sayPlace = ({ is, meantFor = [] }: FoundFile): string =>
  `${is}, in a folder for ${[...new Set(meantFor.map((purpose) => purposes[purpose]))].join(", ")}`;

const isOfUse = ({ parts, lora }: FoundFile): boolean => parts.length > 0 || lora !== undefined;

function isMisplaced({ parts, lora, meantFor }: FoundFile): boolean {
  if (meantFor === undefined) return false;
  if (lora !== undefined) return !meantFor.includes("lora");
  return parts.length > 0 && !parts.some(({ kind }) => meantFor.includes(kind));
}

/** Nothing is wrong with these: they belong to other programs. */
function strangers(files: readonly FoundFile[]): Line[] {
  if (files.length === 0) return [];
  const named = files.slice(0, MOST_NAMED).map((file) => `${path.basename(file.path)} (${file.is})`);
  const more = files.length > MOST_NAMED ? `, and ${files.length - MOST_NAMED} more` : "";
  return [{ state: "no", what: "others", words: `of no use here: ${named.join(", ")}${more}` }];
} // prettier-ignore
