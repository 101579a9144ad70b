// Pencil sketch: measured light lines, then hatching over hatching, then deep blacks, in a
// spiral-bound pad. Hatching is a tone under white lines: what they leave are the pencil's.
import type { Craft } from "../craft.js";
import { hewn, thinned } from "../forming.js";
import { boundsOf, ellipse, toPath } from "../geometry.js";
import { mix } from "../palette.js";
import { gleams, rim } from "../relief.js";
import { block, dots, fill, ground, hatching, inside, layered, line, traces } from "../svg.js"; // prettier-ignore
import { darknessOf } from "../tone.js";
import { massesOf, outlinesOf } from "./shapes.js";

const LEAD = "#24262c";
const PAPER = "#fdfdfb";

export const pencilSketch: Craft = {
  slug: "pencil_sketch",
  phrase: "pencil sketching process",
  colors: false,
  backgrounds: false,
  four: [3, 5, 7, 9],
  draw(drawing, stage) {
    const shapes = thinned(drawing.shapes).map((shape) => ({
      ...shape,
      darkness: darknessOf(shape.fill, drawing),
    }));
    const solid = massesOf(shapes);
    const masses = outlinesOf(solid);
    const { left, right, top, bottom } = boundsOf(masses);
    const cast = ellipse((left + right) / 2 + 5, bottom, (right - left) * 0.56, 4);
    const tone = (darkness: number) => (stage < 7 ? 0 : stage < 8 ? 0.6 : 1) * darkness ** 1.6;
    const shade = [0, 0, 0, 0, 0.14, 0.45, 0.5, 0.65, 0.65][stage - 1] ?? 0;
    const drawn = shapes.map(
      ({ outline, darkness, role }) =>
        `<path d="${toPath(outline)}" fill="${mix(PAPER, LEAD, tone(darkness))}"/>` +
        (role === "body" && shade ? rim(outline, 0.78, 2.4, LEAD, shade) : ""),
    );
    const hatch = strokes + (stage < 8 ? "" : crossed);
    return (
      pad +
      layered(
        stage,
        [1, ticks(left, right, top, bottom), 8],
        [2, line(hewn(masses, 8, 1), LEAD, 0.8, 0.6), 8],
        [3, masses.map((mass) => line(hewn([mass], 6, 0.5), LEAD, 0.7, 0.5)).join(""), 8],
        [5, line(cast, LEAD, 0.8)],
        [6, fill(cast, LEAD, 0.7)],
        [4, `<g stroke="${LEAD}" stroke-width="${stage < 8 ? 1.2 : 2.3}">${drawn.join("")}</g>`],
        [6, inside(`${this.slug}-${stage}-in`, [cast, ...masses], hatch)],
        [9, gleams(shapes, "#ffffff", 1)],
      )
    );
  },
};

const strokes = traces(hatching(3.2, 0.8), PAPER, 1, 0.5);
const crossed = traces(hatching(4, -0.7), PAPER, 0.8, 0.3);

/** The measures: two above and below, two at the sides. */
const ticks = (left: number, right: number, top: number, bottom: number) => {
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  const across = ([1, -1] as const).map(
    (side) =>
      [
        [x - 6, y + (side * (bottom - top)) / 2],
        [x + 6, y + (side * (bottom - top)) / 2],
      ] as const,
  );
  const upright = ([1, -1] as const).map(
    (side) =>
      [
        [x + (side * (right - left)) / 2, y - 6],
        [x + (side * (right - left)) / 2, y + 6],
      ] as const,
  );
  return traces([...across, ...upright], LEAD, 1.2, 0.8);
};

const coils = Array.from({ length: 11 }, (_, i) => 10 + 8 * i);
const pad =
  ground("#8fa3b5") +
  block(5, 5, 90, 92, "#d9d9d4") +
  block(5, 5, 88, 90, PAPER) +
  dots(coils.map((x) => [x, 7.5]), "#5b6670", 3) +
  traces(coils.map((x) => [[x, 7.5], [x, 2]]), "#2b3138", 1.5); // prettier-ignore
