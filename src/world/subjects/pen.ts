// How the things are written down: points as SVG writes them ("10,20 30,40"), and what many of them share.
import {
  ellipse,
  mirror,
  type Outline,
  type Point,
  polygon,
  smooth,
  stroke,
  turn,
} from "../geometry.js";
import { detail, type Shape } from "../subject.js";

/** Straight edges. */
export const corners = (text: string): Outline => polygon(...points(text));

/** A closed curve. */
export const curve = (text: string): Outline => smooth(...points(text));

/** A limb: a bent line with a width and round ends. */
export function line(width: number, text: string): Outline {
  const there = points(text);
  // There and back again is a closed curve, and half of it the open one.
  const loop = smooth(...there, ...there.slice(1, -1).toReversed());
  const spine = loop.slice(0, loop.length / 2 + 1);
  const sides = stroke(width, ...spine);
  const cap = (from: Point, center: Point) =>
    [30, 60, 90, 120, 150].map((angle) => turn([from], -angle, center)[0] as Point);
  const [right, left] = [sides.slice(0, spine.length), sides.slice(spine.length)];
  return [
    ...right,
    ...cap(right.at(-1) as Point, spine.at(-1) as Point),
    ...left,
    ...cap(left.at(-1) as Point, spine[0] as Point),
  ];
}

/** A closed band, slit at its right: a slit has no width, but what crosses it hides its trace. */
export function ring(x: number, y: number, outer: number, inner: number): Outline {
  const close = (outline: Outline) => [...outline, outline[0] as Point];
  return [...close(ellipse(x, y, outer)), ...close(ellipse(x, y, inner)).toReversed()];
}

/** A shape and its mirror image. */
export const pair = (shape: Shape): readonly Shape[] => [
  shape,
  { ...shape, outline: mirror(shape.outline) },
];

/** The shape as the thing leans to the right, about the middle of the box. */
export const lean = (degrees: number, shape: Shape): Shape => ({
  ...shape,
  outline: turn(shape.outline, degrees, [50, 50]),
});

/** White around black, so that it is seen on every colour. */
export const eye = (x: number, y: number, radius = 5): readonly Shape[] => [
  detail("white", ellipse(x, y, radius)),
  detail("black", ellipse(x, y, radius * 0.55)),
];

function points(text: string): Point[] {
  return text.split(" ").map((point) => {
    const [x, y] = point.split(",").map(Number) as [number, number];
    return [x, y] as const;
  });
}
