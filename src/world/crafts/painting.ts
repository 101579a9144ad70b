// A picture on an easel, painted in layers: washes, flat shapes, shade, light, accents.
import type { Craft, Stage } from "../craft.js";
import { boundsOf, move, polygon, rect } from "../geometry.js";
import { mix } from "../palette.js";
import type { Random } from "../random.js";
import type { PlacedShape } from "../scene.js";
import {
  block,
  darker,
  fill,
  ground,
  layered,
  lighter,
  outlined,
  oval,
  trace,
  wobble,
} from "../svg.js";
import { modelled } from "./shading.js";
import { arrivals, massesOf, ofRole, outlinesOf, resized } from "./shapes.js";

const canvas = rect(8, 4, 84, 82);
const HORIZON = 62;

export const painting: Craft = {
  slug: "painting",
  phrase: "painting process",
  colors: true,
  backgrounds: true,
  four: [3, 6, 7, 9],
  draw({ shapes, background: { sky, ground: earth } }, stage, random) {
    const soil = sky === earth ? mix(earth, "#8d8672", 0.3) : earth;
    const washes = [wash(4, HORIZON, sky, random), wash(HORIZON, 86, soil, random)];
    const made = resized(shapes, 0.86, 50, 45).map((shape) => ({
      ...shape,
      outline: wobble(shape.outline, random, 0.7),
    }));
    const masses = arrivals(massesOf(made), 4, 5, 6)(stage);
    const { left, right, bottom } = boundsOf(outlinesOf(made));
    const middle = (left + right) / 2;
    const accents = ofRole(made, "detail").map(({ outline, fill: color }) =>
      outlined(outline, color, darker(color, 0.5), 0.8),
    );
    return layered(
      stage,
      [1, easel],
      [2, washes[0] ?? ""],
      [3, washes[1] ?? ""],
      [7, oval(middle + 3, bottom, (right - left) / 2, 3, "#1b1433", 0.35)],
      [8, sunlight],
      [4, masses.map((shape, i) => painted(shape, stage, `painting-${i}`)).join("")],
      [9, accents.join("")],
    );
  },
};

const painted = ({ outline, fill: color }: PlacedShape, stage: Stage, id: string) => {
  const shade = { towards: [0.8, 0.6], color: "#1b1433", opacity: 0.38, share: 0.22 } as const;
  const light = {
    towards: [-0.7, -0.7],
    color: lighter(color, 0.8),
    opacity: 0.7,
    share: 0.13,
  } as const;
  return layered(
    stage,
    [4, fill(outline, mix(color, "#9a9184", 0.4)), 4],
    [5, fill(outline, mix(color, "#9a9184", 0.2)), 5],
    [6, outlined(outline, color, darker(color, 0.15), 1.4), 8],
    [9, outlined(outline, color, darker(color, 0.6), 1.6)],
    [7, modelled(id, outline, shade), 7],
    [8, modelled(id, outline, shade, light)],
  );
};

/** From the upper left. */
const sunlight = fill(polygon([8, 4], [30, 4], [8, 34]), "#fff6d8", 0.55);

/** A flat colour and broad strokes over it, from side to side. */
function wash(top: number, bottom: number, color: string, random: Random): string {
  const breadth = (bottom - top) / 9;
  const strokes = [0, 1, 2, 3].map((i) => {
    const [left, right] = [0, 1].map(() => top + (2 * i + 0.6 + random.next() / 2) * breadth) as [
      number,
      number,
    ];
    return polygon([8, left], [92, right], [92, right + breadth], [8, left + breadth]);
  });
  return (
    block(8, top, 84, bottom - top, color) +
    strokes.map((stroke) => fill(stroke, lighter(color, 0.4), 0.55)).join("")
  );
}

const wood = { light: "#b98450", dark: "#7c5230" };

const easel = [
  ground("#d9d3c8"),
  block(0, 89, 100, 11, "#8f8373"),
  trace([[44, 0], [12, 104]], wood.dark, 5),
  trace([[56, 0], [88, 104]], wood.dark, 5),
  block(46.5, 0, 7, 100, wood.light),
  fill(move(canvas, 1.5, 1.5), "#000000", 0.4),
  fill(canvas, "#ecd6b0"),
  block(4, 86, 92, 5, wood.light),
  block(4, 90, 92, 1.6, wood.dark),
].join(""); // prettier-ignore
