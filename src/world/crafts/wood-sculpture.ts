// Wood sculpture: a block on the bench is sawn, cut in planes, rounded, smoothed and painted; the
// grain stays visible.
import type { Craft, Stage } from "../craft.js";
import { hewn, thingsOf, thinned } from "../forming.js";
import { boundsOf, polygon, rect, type Outline, type Point } from "../geometry.js";
import { mix } from "../palette.js";
import type { PlacedShape } from "../scene.js";
import { gleams, relief, shadows, type Piece } from "../relief.js";
import { block, dots, fill, ground, inside, layered, line, toned, traces } from "../svg.js"; // prettier-ignore
import { massesOf, ofRole, outlinesOf } from "./shapes.js";

const WOOD = "#d9a865";
const DEEP = "#9c6a34";
const PALE = "#edc98f";

export const woodSculpture: Craft = {
  slug: "wood_sculpture",
  phrase: "wood sculpture carving process",
  colors: true,
  backgrounds: false,
  four: [3, 5, 7, 9],
  draw(drawing, stage, random) {
    const shapes = thinned(drawing.shapes);
    const id = `${this.slug}-${stage}`;
    const things = thingsOf(shapes).map((thing) => outlinesOf(thing));
    const pieces = carvedTo(stage, shapes);
    const outlines = pieces.map(({ outline }) => outline);
    const foot = Math.max(...things.map((thing) => boundsOf(thing).bottom));
    const swing = random.pick([-5, -4, 4, 5]);
    const chips = Array.from(
      { length: 3 * Math.min(6, Math.max(0, stage - 2)) },
      () => [random.between(6, 94), random.between(foot + 1, 98)] as const,
    );
    const surface = { shine: 0.3, shade: stage < 5 ? 0.15 : 0.35, edge: stage < 7 ? 0.8 : 1.6 };
    return (
      workshop(foot) +
      shadows(shapes, "#2a1608", 0.45) +
      traces(
        chips.map(([x, y]) => [
          [x - 1.5, y],
          [x + 1.5, y - 0.6],
        ]),
        "#f3d6a0",
        1.8,
      ) +
      layered(
        stage,
        [1, relief(id, pieces, surface)],
        [
          1,
          inside(`${id}-in`, outlines, grain(swing), layered(stage, [4, cuts, 5], [6, scoops, 7])),
        ],
        [2, shapes.map(({ outline }) => line(outline, "#3d3d46", 1, 0.85)).join(""), 3],
        [8, gleams(pieces, "#ffffff", 0.4)],
      )
    );
  },
};

function around(thing: readonly Outline[], margin: number): Outline {
  const { left, right, top, bottom } = boundsOf(thing);
  return rect(left - margin, top - margin, right - left + 2 * margin, bottom - top + margin);
}

/** From the block over planes to the form; at the end in its paint. */
function carvedTo(stage: Stage, shapes: readonly PlacedShape[]): readonly Piece[] {
  const things = thingsOf(shapes).map((thing) => outlinesOf(thing));
  const masses = massesOf(shapes);
  const bodies = ofRole(shapes, "body");
  if (stage < 3) return things.map((thing) => uncut(around(thing, 4)));
  if (stage === 3) return things.map((thing) => uncut(hewn(thing, 8, 2.5)));
  if (stage === 4) return bodies.map(({ outline }) => uncut(hewn([outline], 6, 2)));
  if (stage === 5) return masses.map((mass) => cut(mass.role === "body" ? planed(mass) : mass, 0));
  if (stage === 6) return masses.map((mass) => cut(mass, 0));
  if (stage < 9) return shapes.map((shape) => cut(shape, stage === 7 ? 0.05 : 0.25));
  return shapes.map((shape) => cut(shape, 0.92));
}

const uncut = (outline: Outline): Piece => ({ outline, fill: WOOD });

const planed = (mass: PlacedShape) => ({ ...mass, outline: hewn([mass.outline], 8, 0.5) });

/** @param paint - how much of its colour covers the wood; the first coat is a thin one */
const cut = ({ outline, fill: color }: PlacedShape, paint: number): Piece => ({
  outline,
  fill: mix(toned(color, DEEP, PALE), color, paint),
});

const workshop = (foot: number) =>
  ground("#5f7485") +
  dots(pegs, "#42525f", 1.6) +
  block(0, foot - 7, 100, 107 - foot, "#6b452a") +
  block(0, foot - 7, 100, 2, "#8f6240") +
  traces([[[0, foot + 5], [100, foot + 5]]], "#4d2f1b", 1) +
  saw + chisel; // prettier-ignore

const pegs = Array.from({ length: 49 }, (_, i): Point => [
  (i % 7) * 14 + 8,
  Math.floor(i / 7) * 13 + 5,
]);

/** They hang on the wall. */
const saw =
  fill(polygon([3, 5], [7, 5], [9, 34], [5, 34]), "#8b9299") + block(2, 3, 7, 9, "#8a3f24", 2);
const chisel = block(92, 4, 4, 13, "#8a3f24", 2) + block(92.7, 17, 2.6, 14, "#8b9299");

/** Long lines along the trunk, with the swing of the year rings: dark ones, and pale ones between. */
const grain = (swing: number) =>
  `<g fill="none" stroke-width="1.2">${rings(0, swing, "#4a2a0e", 0.4)}${rings(3.5, swing, "#ffe9c2", 0.27)}</g>`;

const rings = (off: number, swing: number, color: string, opacity: number) =>
  `<path d="${Array.from({ length: 15 }, (_, i) => `M${i * 7 + off} ${-(i % 4) * 8}q${swing} 16 0 32t0 32 0 32 0 32`).join("")}" stroke="${color}" stroke-opacity="${opacity}"/>`;

const cuts = traces(
  Array.from(
    { length: 14 },
    (_, i) =>
      [
        [i * 12 - 60, 100],
        [i * 12, 0],
      ] as const,
  ),
  "#fff0d0",
  2.2,
  0.4,
);

/** What a gouge leaves. */
const scoops = dots(
  Array.from({ length: 130 }, (_, i) => [
    4 + (i % 13) * 7.5 + (Math.floor(i / 13) % 2) * 3.7,
    6 + Math.floor(i / 13) * 9,
  ]),
  "#7a4c20",
  3.2,
  0.28,
);
