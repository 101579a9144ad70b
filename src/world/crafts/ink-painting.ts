// Ink painting: pale washes first, then darker ones, black strokes, and at last the red seal.
import type { Craft } from "../craft.js";
import { biggest, thinned } from "../forming.js";
import { boundsOf, toPath } from "../geometry.js";
import { mix } from "../palette.js";
import { rim } from "../relief.js";
import type { PlacedShape } from "../scene.js";
import { block, dots, ground, inside, layered, oval, trace, traces } from "../svg.js"; // prettier-ignore
import { darknessOf } from "../tone.js";
import { massesOf, ofRole, outlinesOf } from "./shapes.js";

const INK = "#15151a";
const PAPER = "#f6f1e3";

export const inkPainting: Craft = {
  slug: "ink_painting",
  phrase: "ink painting process",
  colors: false,
  backgrounds: false,
  four: [3, 5, 7, 9],
  draw(drawing, stage, random) {
    const shapes = thinned(drawing.shapes);
    const first = biggest(ofRole(shapes, "body"));
    const arrives = (shape: PlacedShape) => (shape === first ? 2 : arrival[shape.role]);
    const wash = (shape: PlacedShape) => {
      const { outline, role } = shape;
      const tone = mix(
        PAPER,
        INK,
        (stage < 3 ? 0.5 : 1) * (0.06 + 0.62 * darknessOf(shape.fill, drawing) ** 1.2),
      );
      const border =
        stage < 7 ? `stroke="${tone}" stroke-opacity=".35" stroke-width="4"` : `stroke="${INK}"`;
      return (
        `<path d="${toPath(outline)}" fill="${tone}" ${border}/>` +
        (stage > 5 && role === "body" ? rim(outline, 0.82, 1.6, INK, 0.3) : "") +
        (stage > 6 && role !== "detail" ? rim(outline, 0.96, 0.9, INK) : "")
      );
    };
    const masses = outlinesOf(massesOf(shapes));
    const { left, right, bottom } = boundsOf(masses);
    const splashes = Array.from(
      { length: 14 },
      () => [random.between(left - 4, right + 4), random.between(bottom - 1, bottom + 4)] as const,
    );
    return (
      paper +
      layered(
        stage,
        [5, oval((left + right) / 2, bottom, (right - left) * 0.62, 4, INK, 0.3)],
        [
          2,
          `<g stroke-width="1.2">${shapes
            .filter((shape) => arrives(shape) <= stage)
            .map(wash)
            .join("")}</g>`,
        ],
        [
          4,
          inside(
            `${this.slug}-${stage}-low`,
            masses,
            oval(right - 8, bottom - 2, 34, 30, INK, 0.22),
          ),
        ],
        [8, dots(splashes, INK, 2.4, 0.9)],
        [9, seal(left > 100 - right ? 11 : 87)],
      )
    );
  },
};

const arrival = { body: 3, part: 5, detail: 8 };

/** Xuan paper on dark felt, held by two weights. */
const paper =
  ground("#3c4a46") +
  block(4, 4, 92, 92, PAPER) +
  traces([[[12, 4], [15, 96]], [[47, 4], [44, 96]], [[80, 4], [83, 96]]], "#e6dec8", 1) +
  block(28, 1, 44, 5, "#1b1b1f", 1.5) +
  block(28, 94, 44, 5, "#1b1b1f", 1.5); // prettier-ignore

/** Two characters and a red square with one in white. */
const seal = (x: number) =>
  traces([[[x - 3, 12], [x + 3, 12]], [[x, 9], [x - 0.5, 19]], [[x - 3, 16], [x + 3, 19]], [[x - 3, 24], [x + 3, 23]], [[x - 2, 28], [x + 3, 28]], [[x, 23], [x, 32]]], INK, 1.4) +
  block(x - 5, 36, 10, 10, "#c8261c", 1) +
  trace([[x - 2.5, 43.5], [x - 2.5, 38.5], [x + 2.5, 38.5], [x + 2.5, 43.5], [x, 43.5], [x, 41]], PAPER, 1.2); // prettier-ignore
