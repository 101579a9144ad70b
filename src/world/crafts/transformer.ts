// A thing that unfolds into a robot: cut into four panels that swing out to shoulders and shins, while
// the limbs come out from behind them; the chest bears the thing as an emblem.
import type { Craft, Stage } from "../craft.js";
import { boundsOf, rect, roundedRect, type Box, type Point } from "../geometry.js";
import type { Drawing, PlacedShape } from "../scene.js";
import { block, ground, inside, layered, lightness, mass, oval, placed } from "../svg.js";
import { arms, DARK, eyes, feet, head, legs, piece, torso } from "./robot.js";
import { inOwnColors, outlinesOf, resized } from "./shapes.js";

/** how broad the dark line around the thing is */
const RIM = 1.3;

/** how far the panels have come: the upper two go first */
const upper: Record<Stage, number> = { 1: 0, 2: 0.07, 3: 0.25, 4: 0.5, 5: 0.75, 6: 0.85, 7: 1, 8: 1, 9: 1 }; // prettier-ignore
const lower: Record<Stage, number> = { 1: 0, 2: 0.04, 3: 0.1, 4: 0.2, 5: 0.35, 6: 0.7, 7: 1, 8: 1, 9: 1 }; // prettier-ignore

export const transformer: Craft = {
  slug: "transformer",
  phrase: "transformer unfolding process",
  colors: true,
  backgrounds: true,
  endsAsAnother: true,
  four: [1, 4, 6, 9],
  draw(drawing, stage) {
    const { shapes: asked, background } = drawing;
    const box = boundsOf(outlinesOf(asked));
    const scale = Math.max(box.right - box.left, box.bottom - box.top) / 84;
    const [x, y] = [(box.left + box.right) / 2 - 50 * scale, box.bottom - 92 * scale];
    // In the robot's own box, where it is 84 units high.
    const shapes = resized(asked, 1 / scale, (50 - x) / scale, (50 - y) / scale);
    const skin = drawing.main;
    const limbs = layered(
      stage,
      [2, piece(rect(42, 50, 16, 34), DARK)],
      [4, arms(skin)],
      [6, legs(skin)],
      [5, torso(skin)],
    );
    const robot = [
      `<defs><g id="transformer-thing">${thing(shapes)}</g></defs>`,
      limbs,
      panels(boundsOf(outlinesOf(shapes)), stage),
      layered(stage, [8, head(skin) + feet], [9, emblem(drawing, shapes) + eyes]),
    ];
    return [
      ground(background.sky),
      block(0, 70, 100, 30, background.ground),
      oval((box.left + box.right) / 2, box.bottom, 40 * scale, 4, "#000000", 0.22),
      placed(x, y, scale, ...robot),
    ].join("");
  },
};

const thing = (shapes: readonly PlacedShape[]) =>
  mass(outlinesOf(shapes), DARK, RIM) + inOwnColors(shapes);

/** The quarters of the thing, each on its way from its own place to a limb. */
function panels(box: Box, stage: Stage): string {
  const [left, top] = [box.left - RIM, box.top - RIM];
  const [width, height] = [(box.right + RIM - left) / 2, (box.bottom + RIM - top) / 2];
  const quarter = (column: number, row: number, [toX, toY]: Point, size: number, turn: number) => {
    const t = (row === 0 ? upper : lower)[stage];
    const [x, y] = [left + (column + 0.5) * width, top + (row + 0.5) * height];
    const along = (from: number, to: number) => (from + (to - from) * t).toFixed(2);
    const scale = along(1, size / Math.max(width, height));
    const clip = rect(x - width / 2, y - height / 2, width, height);
    return (
      `<g transform="translate(${along(x, toX)} ${along(y, toY)}) rotate(${along(0, turn)}) scale(${scale}) translate(${(-x).toFixed(2)} ${(-y).toFixed(2)})">` +
      `${inside(`transformer-${row}${column}`, [clip], `<use href="#transformer-thing"/>`)}</g>`
    );
  };
  return [
    quarter(0, 1, [35, 79], 19, 0),
    quarter(1, 1, [65, 79], 19, 0),
    quarter(0, 0, [18, 35], 25, -12),
    quarter(1, 0, [82, 35], 25, 12),
  ].join("");
}

/** how large the thing is on the chest */
const EMBLEM = 0.36;

function emblem({ main }: Drawing, shapes: readonly PlacedShape[]): string {
  const { top, bottom } = boundsOf(outlinesOf(shapes));
  const middle = (top + bottom) / 2;
  return (
    piece(roundedRect(31, 27, 38, 32, 5), lightness(main) > 0.6 ? "#4d5565" : "#e9eef3") +
    placed(50 - 50 * EMBLEM, 43 - middle * EMBLEM, EMBLEM, `<use href="#transformer-thing"/>`)
  );
}
