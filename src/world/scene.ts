// What a sequence is about: one thing in one colour, its size, what stands behind it, and perhaps a
// second thing beside it. A craft sees it arranged: shapes at their places, with their colours.
import type { Outline } from "./geometry.js";
import type { ColorName } from "./palette.js";
import type { Role, Subject } from "./subject.js";

export type Size = "small" | "medium" | "big";
export type Relation = "beside" | "in front of" | "under" | "on top of";

export interface Scene {
  subject: Subject;
  color: ColorName;
  size: Size;
  /** a word of `backgrounds.ts` */
  background: string;
  other?: { relation: Relation; subject: Subject; color: ColorName };
  /** everything that no word of the prompt decides: place, wobble, grain */
  seed: string;
}

export interface PlacedShape {
  outline: Outline;
  role: Role;
  /** #rrggbb under the scene's colours */
  fill: string;
  /** true: belongs to the first thing, false: to the second */
  first: boolean;
}

/** What a craft draws, in the box of 100 x 100 units; the things keep 8 units from its borders. */
export interface Drawing {
  shapes: readonly PlacedShape[];
  /** the colour asked for, its shade and its tint: for crafts whose material takes the colour */
  main: string;
  dark: string;
  light: string;
  background: Background;
}

/** A sky and a ground; the horizon is at y = 70. */
export interface Background {
  name: string;
  sky: string;
  ground: string;
}
