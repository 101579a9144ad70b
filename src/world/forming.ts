// How a mass becomes a form: a ball of the same size that is pushed towards its outline, or a block
// whose corners are cut off.
import type { Stage } from "./craft.js";
import { contains, type Outline, type Point } from "./geometry.js";
import type { Random } from "./random.js";
import type { PlacedShape } from "./scene.js";
import type { Role } from "./subject.js";
import { dense } from "./svg.js";

/** How far a role has come after each of the nine stages: 0 a ball, 1 its form; null: not there yet. */
export type Schedule = Record<Role, readonly (number | null)[]>;

/** The shapes that are there after a stage, as far as they have come. */
export const formed = (
  shapes: readonly PlacedShape[],
  schedule: Schedule,
  stage: Stage,
): PlacedShape[] =>
  shapes.flatMap((shape) => {
    const t = schedule[shape.role][stage - 1] ?? null;
    return t === null ? [] : [{ ...shape, outline: forming(shape.outline, t) }];
  });

/** @param t - 0: a ball of the same area, 1: the outline */
export function forming(outline: Outline, t: number): Outline {
  if (t >= 1) return outline;
  const [x, y] = centerOf(outline);
  const radius = Math.sqrt(areaOf(outline) / Math.PI);
  return dense(outline, 5).map(([px, py]) => {
    const [dx, dy] = [px - x, py - y];
    const toBall = radius / (Math.hypot(dx, dy) || 1);
    const scale = t + (1 - t) * toBall;
    return [x + scale * dx, y + scale * dy];
  });
}

/** The block around everything, cut from as many directions as it has sides, `margin` units away. */
export function hewn(outlines: readonly Outline[], sides: number, margin: number): Outline {
  const points = outlines.flat();
  const cuts = Array.from({ length: sides }, (_, i) => {
    const angle = (2 * Math.PI * (i + 0.5)) / sides;
    const [nx, ny] = [Math.cos(angle), Math.sin(angle)];
    return { nx, ny, reach: margin + Math.max(...points.map(([x, y]) => x * nx + y * ny)) };
  });
  return cuts.map((a, i): Point => {
    const b = cuts[(i + 1) % sides] as (typeof cuts)[number];
    const across = a.nx * b.ny - a.ny * b.nx;
    return [(a.reach * b.ny - b.reach * a.ny) / across, (a.nx * b.reach - b.nx * a.reach) / across];
  });
}

export const areaOf = (outline: Outline): number => Math.abs(doubleArea(outline)) / 2;

/** The centre of the area; of the corners, where there is none. */
export function centerOf(outline: Outline): Point {
  const area = doubleArea(outline);
  const sum = (axis: 0 | 1) =>
    outline.reduce((total, a, i) => {
      const b = outline[(i + 1) % outline.length] as Point;
      return (
        total + (area ? ((a[axis] + b[axis]) * cross(a, b)) / (3 * area) : a[axis] / outline.length)
      );
    }, 0);
  return [sum(0), sum(1)];
}

/** Without the corners that nobody would miss: those nearer than this to the line past them. */
const UNSEEN = 0.12;

export function thinned(shapes: readonly PlacedShape[]): PlacedShape[] {
  return shapes.map((shape) => ({ ...shape, outline: thin(shape.outline) }));
}

function thin(outline: Outline): Outline {
  const kept: Point[] = [];
  outline.forEach((point, i) => {
    const last = kept.at(-1);
    const next = outline[(i + 1) % outline.length] as Point;
    if (!last || offLine(point, last, next) > UNSEEN) kept.push(point);
  });
  return kept;
}

function offLine([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const length = Math.hypot(bx - ax, by - ay) || 1;
  return Math.abs((bx - ax) * (y - ay) - (by - ay) * (x - ax)) / length;
}

/** The things of a drawing: one, or the first and the second. */
export const thingsOf = (shapes: readonly PlacedShape[]): PlacedShape[][] =>
  [true, false]
    .map((first) => shapes.filter((shape) => shape.first === first))
    .filter((thing) => thing.length > 0);

export const biggest = <T extends { outline: Outline }>(shapes: readonly T[]): T =>
  shapes.reduce((a, b) => (areaOf(b.outline) > areaOf(a.outline) ? b : a));

/** How far one gets from the centre in a direction before leaving the outline. */
export function reachOf(outline: Outline, dx: number, dy: number): number {
  const [x, y] = centerOf(outline);
  let reach = 0;
  while (reach < 60 && contains(outline, [x + reach * dx, y + reach * dy])) reach += 1;
  return reach;
}

/** Points anywhere in the box of things. */
export const scattered = (random: Random, count: number): Point[] =>
  Array.from({ length: count }, () => [random.between(8, 92), random.between(8, 92)] as const);

const cross = (a: Point, b: Point) => a[0] * b[1] - b[0] * a[1];

const doubleArea = (outline: Outline): number =>
  outline.reduce((sum, a, i) => sum + cross(a, outline[(i + 1) % outline.length] as Point), 0);
