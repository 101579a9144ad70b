// Oil painting: a toned ground, a brush drawing, thin darks, then thicker and brighter strokes; framed
// at the end.
import type { Craft } from "../craft.js";
import { biggest, thinned } from "../forming.js";
import type { Point } from "../geometry.js";
import { mix } from "../palette.js";
import { randomFrom } from "../random.js";
import { gleams, rim } from "../relief.js";
import {
  block,
  darker,
  fill,
  ground,
  inside,
  layered,
  lighter,
  line,
  trace,
  traces,
} from "../svg.js";
import { massesOf, ofRole, outlinesOf } from "./shapes.js";

const UMBER = "#4a2c15";
const TONED = "#b98a55";
const HORIZON = 70;

export const oilPainting: Craft = {
  slug: "oil_painting",
  phrase: "oil painting process",
  colors: true,
  backgrounds: true,
  four: [3, 5, 7, 9],
  draw(drawing, stage) {
    const { sky, ground: earth } = drawing.background;
    const shapes = thinned(drawing.shapes);
    const masses = massesOf(shapes);
    const details = ofRole(shapes, "detail");
    const drawn = (color: string, width: number, opacity: number) =>
      shapes.map(({ outline }) => line(outline, color, width, opacity)).join("");
    const laid = (colorOf: (own: string) => string) =>
      masses
        .map(
          ({ outline, fill: own, role }) =>
            fill(outline, colorOf(own)) +
            (role === "body" ? rim(outline, 0.8, 2.4, "#1c0f10", 0.42) : ""),
        )
        .join("");
    return layered(
      stage,
      [1, ground(TONED) + far, 2],
      [3, ground(mix(TONED, sky, 0.12)) + far, 3],
      [4, thin(sky, earth) + far, 4],
      [5, block(0, 0, 100, HORIZON, sky) + block(0, HORIZON, 100, 30, earth) + far],
      [2, drawn("#3b3b40", 0.9, 0.55), 2],
      [3, drawn(UMBER, 1.8, 0.6), 3],
      [4, laid((own) => mix(own, TONED, 0.7)) + drawn(UMBER, 1.3, 0.7), 5],
      [6, laid((own) => mix(own, UMBER, 0.25)), 6],
      [7, laid((own) => own)],
      [7, inside(`${this.slug}-${stage}-in`, outlinesOf(masses), near)],
      [8, details.map(({ outline, fill: own }) => fill(outline, own)).join("")],
      [8, masses.map(({ outline, fill: own }) => line(outline, darker(own, 0.5), 1, 0.8)).join("")],
      [9, gleams(shapes, lighter(biggest(masses).fill, 0.8), 0.9)],
      [9, frame + signature],
    );
  },
};

const thin = (sky: string, earth: string) =>
  block(0, 0, 100, HORIZON, mix(mix(sky, UMBER, 0.2), TONED, 0.4)) +
  block(0, HORIZON, 100, 30, mix(mix(earth, UMBER, 0.3), TONED, 0.3));

/** Short thick strokes all over, of light and of dark paint. @param length - units */
const strokes = (length: number, width: number, rise: number, opacity: number) => {
  const random = randomFrom(`strokes ${length}`);
  const lines = Array.from({ length: Math.round(500 / length) }, (): Point[] => {
    const [x, y] = [random.between(0, 100), random.between(0, 100)];
    return [
      [x, y],
      [x + length, y + length * (rise + random.between(-0.15, 0.15))],
    ];
  });
  const half = lines.length / 2;
  return (
    traces(lines.slice(0, half), "#ffffff", width, opacity) +
    traces(lines.slice(half), "#000000", width, opacity / 2)
  );
};
const far = strokes(11, 4, 0.12, 0.28);
const near = strokes(6.5, 2.6, -0.9, 0.3);

const signature = trace([[80, 90], [82, 87], [83, 91], [86, 88], [87, 91], [90, 89]], "#2a1a10", 1.1); // prettier-ignore

/** Gilded wood: a dark edge, gold, a light bead and the shade that it casts. */
const frame = [
  [0.75, 1.5, "#4a2f10"],
  [3.25, 3.5, "#b9832b"],
  [3.2, 1.2, "#f0cf74"],
  [5.75, 1.5, "#6b4415"],
].map(([at, width, color]) => {
  const [inset, size] = [Number(at), 100 - 2 * Number(at)];
  return `<rect x="${inset}" y="${inset}" width="${size}" height="${size}" fill="none" stroke="${color}" stroke-width="${width}"/>`;
}).join(""); // prettier-ignore
