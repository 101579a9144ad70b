// A sketch on toned paper: blue construction shapes, a contour, features, tone in pencil and white chalk.
import type { Craft, Stage } from "../craft.js";
import { boundsOf, ellipse, rect, turn, type Outline } from "../geometry.js";
import { mix } from "../palette.js";
import type { PlacedShape } from "../scene.js";
import {
  block,
  fill,
  ground,
  layered,
  line,
  outlined,
  oval,
  pattern,
  traces,
  wobble,
} from "../svg.js";
import { darknessOf } from "../tone.js";
import { modelled, type Band } from "./shading.js";
import { arrivals, massesOf, ofRole, outlinesOf } from "./shapes.js";

const PAPER = "#dcc7a3";
const PENCIL = "#37332f";
const CHALK = "#fffdf4";
const BLUE = "#3f7fc9";

const chalk: Band = { towards: [-0.75, -0.65], color: CHALK, opacity: 0.9, share: 0.16 };

export const sketch: Craft = {
  slug: "sketch",
  phrase: "sketch drawing process",
  colors: false,
  backgrounds: false,
  four: [2, 4, 6, 9],
  draw(drawing, stage, random) {
    const drawn = drawing.shapes.map((shape) => ({
      ...shape,
      outline: wobble(shape.outline, random, 0.8),
    }));
    const masses = massesOf(drawn);
    const details = ofRole(drawn, "detail");
    const whole = ringOf(outlinesOf(masses));
    const forms = masses.map(({ outline }) => wobble(ringOf([outline]), random, 1.5));
    const { left, right, bottom } = boundsOf(outlinesOf(masses));
    const draw = (shapes: readonly PlacedShape[], name: string) =>
      shapes
        .map((shape, i) => pencilled(shape, darknessOf(shape.fill, drawing), stage, `${name}${i}`))
        .join("");
    return layered(
      stage,
      [1, sheet],
      [7, hatching],
      [9, oval((left + right) / 2 + 4, bottom, (right - left) / 2 + 3, 4, PENCIL, 0.45)],
      [3, draw(arrivals(masses, 3, 5)(stage), "sketch-mass")],
      [4, draw(details, "sketch-detail")],
      [1, line(whole, BLUE, 1.2, 0.8) + crossIn(whole), 6],
      [2, forms.map((form) => line(form, BLUE, 1, 0.7)).join(""), 6],
      [1, tape],
    );
  },
};

/** Opaque, so that what lies behind stays behind. */
function pencilled({ outline, role }: PlacedShape, dark: number, stage: Stage, id: string) {
  const tone = mix(PAPER, PENCIL, stage < 8 ? 0 : 0.45 * dark);
  const accent = dark > 0.45 ? fill(outline, PENCIL) : fill(outline, CHALK, 0.8);
  return layered(
    stage,
    [1, outlined(outline, tone, mix(PAPER, PENCIL, 0.6), 0.8), 3],
    [4, outlined(outline, tone, mix(PAPER, PENCIL, 0.75), 1.1), 5],
    [6, outlined(outline, tone, PENCIL, 1.8)],
    [7, dark < 0.15 ? "" : fill(outline, "url(#sketch-hatching)", +(0.4 + 0.6 * dark).toFixed(2))],
    [8, modelled(id, outline, chalk)],
    [9, role === "detail" ? accent : ""],
  );
}

/** Parallel strokes, as a right hand draws them. */
const hatching = pattern("sketch-hatching", 4, 140, block(0, 0, 4, 1.4, PENCIL));

const ringOf = (outlines: readonly Outline[]): Outline => {
  const { left, top, right, bottom } = boundsOf(outlines);
  return ellipse((left + right) / 2, (top + bottom) / 2, (right - left) / 2, (bottom - top) / 2);
};

function crossIn(ring: Outline): string {
  const { left, top, right, bottom } = boundsOf([ring]);
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  return traces([[[x, top - 3], [x, bottom + 3]], [[left - 3, y], [right + 3, y]]], BLUE, 1, 0.8); // prettier-ignore
}

const sheet =
  ground("#5c6b66") + fill(rect(3, 3, 94, 94), "#00000040") + fill(rect(4, 3, 92, 93), PAPER);

const tape = [[6, 5, -45], [94, 5, 45], [6, 94, 45], [94, 94, -45]]
  .map(([x = 0, y = 0, angle = 0]) => fill(turn(rect(x - 8, y - 3, 16, 6), angle, [x, y]), "#f3ead2", 0.9))
  .join(""); // prettier-ignore
