// Where a face goes: on the eyes that a thing has, else on its biggest mass.
import { areaOf, biggest, centerOf } from "../forming.js";
import { boundsOf, contains, ellipse, polygon, smooth, type Point } from "../geometry.js";
import type { PlacedShape } from "../scene.js";
import { dots, fill, lightness, oval, trace } from "../svg.js";
import { ofRole } from "./shapes.js";

export interface Face {
  /** one in profile */
  eyes: readonly Point[];
  /** of an eye, units */
  radius: number;
  mouth: Point;
}

const [LEAST, MOST] = [3.3, 5.5];

export function faceOf(thing: readonly PlacedShape[]): Face {
  const masses = ofRole(thing, "body");
  const own = eyesOf(thing);
  const [a, b = a] = own;
  if (!a || !b) {
    const { left, right } = boundsOf([biggest(masses).outline]);
    const [x, y] = centerOf(biggest(masses).outline);
    const radius = clamp((right - left) * 0.085);
    const apart = radius * 2;
    return { eyes: [[x - apart, y - radius], [x + apart, y - radius]], radius, mouth: [x, y + 1.6 * radius] }; // prettier-ignore
  }
  const [eyeA, eyeB] = [centerOf(a.outline), centerOf(b.outline)];
  const radius = clamp(1.8 * Math.sqrt(areaOf(a.outline) / Math.PI));
  const mouth = [(eyeA[0] + eyeB[0]) / 2, eyeA[1] + 2.9 * radius] as const;
  return { eyes: own.map(({ outline }) => centerOf(outline)), radius, mouth };
}

/** Small, black and round, on white or in a pair at one height. */
function eyesOf(thing: readonly PlacedShape[]): readonly PlacedShape[] {
  const pupils = thing.filter(
    ({ role, fill: color, outline }) => role === "detail" && lightness(color) < 0.2 && isRound(outline),
  ); // prettier-ignore
  const whites = thing.filter(
    ({ role, fill: color }) => role === "detail" && lightness(color) > 0.9,
  );
  const onWhite = pupils.filter(({ outline }) =>
    whites.some((white) => contains(white.outline, centerOf(outline))),
  );
  const twins = pupils.filter((pupil) =>
    pupils.some((other) => other !== pupil && Math.abs(centerOf(other.outline)[1] - centerOf(pupil.outline)[1]) < 0.5),
  ); // prettier-ignore
  return (onWhite.length ? onWhite : twins).slice(0, 2);
}

function isRound(outline: PlacedShape["outline"]): boolean {
  const { left, right, top, bottom } = boundsOf([outline]);
  const [width, height] = [right - left, bottom - top];
  // π / 4 for an ellipse, 1/2 for a triangle, 1 for a rectangle
  const filled = areaOf(outline) / (width * height);
  return width < 16 && Math.abs(width - height) < 0.35 * width && filled > 0.64 && filled < 0.86;
}

const clamp = (radius: number) => Math.min(MOST, Math.max(LEAST, radius));

/** @param size - 1 as it is, more to exaggerate */
export const eyesIn = ({ eyes, radius }: Face, size: number): string =>
  eyes
    .map(([x, y]) => {
      const r = radius * size;
      return (
        oval(x, y, r, r * 1.15, "#ffffff") +
        oval(x, y, r * 0.72, r * 0.9, "#2b1a12") +
        oval(x - r * 0.25, y - r * 0.35, r * 0.3, r * 0.3, "#ffffff")
      );
    })
    .join("");

export const smileIn = ({ mouth: [x, y], radius }: Face): string =>
  trace([-1, -0.5, 0, 0.5, 1].map((t): Point => [x + 1.5 * radius * t, y - radius * 0.6 * t * t]), "#2b1a12", 1.8); // prettier-ignore

export const laughIn = ({ mouth: [x, y], radius: r }: Face): string =>
  fill(polygon(...smooth([x - 1.7 * r, y - 0.7 * r], [x, y - 0.4 * r], [x + 1.7 * r, y - 0.7 * r], [x + r, y + 0.8 * r], [x, y + 1.2 * r], [x - r, y + 0.8 * r])), "#5b1620") +
  fill(ellipse(x, y + 0.7 * r, 0.8 * r, 0.42 * r), "#f4606c"); // prettier-ignore

export const accentsIn = ({ eyes, mouth: [, y], radius: r }: Face): string =>
  dots(eyes.map(([x], i): Point => [x + (i ? 1.1 : -1.1) * r, y - 0.9 * r]), "#ff6f8b", 1.7 * r, 0.75) +
  eyes.map(([x, eyeY], i) => {
    const tilt = i ? -1 : 1;
    return trace([[x - r * 0.8, eyeY - 1.65 * r + 0.25 * tilt * r], [x + r * 0.8, eyeY - 1.65 * r - 0.25 * tilt * r]], "#2b1a12", 1.5);
  }).join(""); // prettier-ignore
