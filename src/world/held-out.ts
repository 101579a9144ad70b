// Triples of subject, colour and craft that no training ever sees: whoever draws them right has put
// together what was learnt apart. Chance, fixed for good, decides which.
import type { Craft } from "./craft.js";
import { crafts } from "./crafts/index.js";
import { colorNames, type ColorName } from "./palette.js";
import { hash } from "./random.js";
import type { Subject } from "./subject.js";
import { subjects } from "./subjects/index.js";

export interface Triple {
  subject: Subject;
  color: ColorName;
  craft: Craft;
}

const SHARE = 0.045;

/** A craft that names no colours has no such triples. */
export function isHeldOut({ subject, color, craft }: Triple): boolean {
  return craft.colors && hash(`${color} ${subject.name}, ${craft.slug}`) < SHARE * 2 ** 32;
}

export const heldOutTriples = (): Triple[] => crafts.flatMap((craft) => triplesOf(craft, true));

const partsByCraft = new Map<Craft, ReturnType<typeof partsOf>>();

/** Every subject in every colour in a craft: those held out, or all the others. */
export function triplesOf(craft: Craft, heldOut: boolean): readonly Triple[] {
  const [trained, kept] = partsByCraft.get(craft) ?? partsOf(craft);
  return heldOut ? kept : trained;
}

function partsOf(craft: Craft) {
  const all = subjects.flatMap((subject) => colorNames.map((color) => ({ subject, color, craft })));
  const parts = [all.filter((triple) => !isHeldOut(triple)), all.filter(isHeldOut)] as const;
  partsByCraft.set(craft, parts);
  return parts;
}
