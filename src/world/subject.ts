// A thing that can be made: shapes on top of each other, the first at the back. It stands in the box
// of 100 x 100 units: feet near y = 92, head near y = 8, centred on x = 50.
import type { Outline } from "./geometry.js";

/**
 * What colour a shape takes. `main` is the colour that is asked for and covers most of the thing;
 * `dark` and `light` are its shade and tint; the others are fixed. See `palette.ts`.
 */
export type Paint =
  | "main" | "dark" | "light"
  | "black" | "white" | "grey" | "wood" | "leaf" | "glass" | "skin" | "gold" | "red"; // prettier-ignore

/** When it is made: bodies are the masses, parts are joined on, details come last (eyes, windows). */
export type Role = "body" | "part" | "detail";

export interface Shape {
  outline: Outline;
  paint: Paint;
  role: Role;
}

export type SubjectKind =
  | "animal"
  | "vehicle"
  | "building"
  | "food"
  | "plant"
  | "tool"
  | "face"
  | "thing";

export interface Subject {
  /** one English word or two, as in the prompt: "house", "hot air balloon" */
  name: string;
  kind: SubjectKind;
  /** 5 to 16 of them; legible at 64 px: no detail smaller than 4 units */
  shapes: readonly Shape[];
}

export const body = (paint: Paint, outline: Outline): Shape => ({ outline, paint, role: "body" });
export const part = (paint: Paint, outline: Outline): Shape => ({ outline, paint, role: "part" });
export const detail = (paint: Paint, outline: Outline): Shape => ({
  outline,
  paint,
  role: "detail",
});
