// What crafts ask of a thing's shapes: some of them, smaller, in the order in which they are made.
import type { Stage } from "../craft.js";
import { areaOf } from "../forming.js";
import { boundsOf, move, type Outline } from "../geometry.js";
import type { PlacedShape } from "../scene.js";
import { fill } from "../svg.js";

type Shapes = readonly PlacedShape[];

export const ofRole = (shapes: Shapes, ...roles: readonly PlacedShape["role"][]): PlacedShape[] =>
  shapes.filter(({ role }) => roles.includes(role));

/** Bodies and parts: all that makes the silhouette. */
export const massesOf = (shapes: Shapes): PlacedShape[] => ofRole(shapes, "body", "part");

export const outlinesOf = (shapes: Shapes): Outline[] => shapes.map(({ outline }) => outline);

/** As they are, each in its own colour. */
export const inOwnColors = (shapes: Shapes): string =>
  shapes.map(({ outline, fill: color }) => fill(outline, color)).join("");

/** About the middle of the picture, which comes to lie at (x, y). */
export const resized = (shapes: Shapes, scale: number, x = 50, y = 50): PlacedShape[] =>
  shapes.map((shape) => ({
    ...shape,
    outline: move(shape.outline, x - 50 * scale, y - 50 * scale, scale),
  }));

/** The same, with the middle of what is drawn at (x, y). */
export function centered(shapes: Shapes, scale: number, x = 50, y = 50): PlacedShape[] {
  const { left, top, right, bottom } = boundsOf(outlinesOf(shapes));
  const [middleX, middleY] = [(left + right) / 2, (top + bottom) / 2];
  return resized(shapes, scale, x + scale * (50 - middleX), y + scale * (50 - middleY));
}

const order = { body: 0, part: 1, detail: 2 };

/**
 * Spreads the shapes evenly over the stages: masses before what is joined on, details last, big before
 * small. Returns what is there in a stage, from back to front.
 */
export function arrivals(shapes: Shapes, ...stages: readonly Stage[]) {
  const queue = shapes.toSorted(
    (a, b) => order[a.role] - order[b.role] || areaOf(b.outline) - areaOf(a.outline),
  );
  const from = new Map(
    queue.map((shape, i) => [shape, stages[Math.floor((i * stages.length) / queue.length)] ?? 9]),
  );
  return (stage: Stage): PlacedShape[] => shapes.filter((shape) => (from.get(shape) ?? 9) <= stage);
}
