// Line draw: one even black line that starts in the middle of things and grows outwards.
import type { Craft } from "../craft.js";
import { biggest, centerOf, thingsOf } from "../forming.js";
import { contains, toPath, type Outline } from "../geometry.js";
import type { PlacedShape } from "../scene.js";
import { dense, ground } from "../svg.js";
import { massesOf, ofRole } from "./shapes.js";

const WIDTH = 2;
const INK = "#16161a";

export const lineDraw: Craft = {
  slug: "line_draw",
  phrase: "line drawing process",
  colors: false,
  backgrounds: false,
  four: [2, 4, 6, 9],
  draw({ shapes }, stage) {
    const outlines = new Map(shapes.map((shape) => [shape, dense(shape.outline, 2)]));
    const total = [...outlines.values()].flat().length;
    let left = Math.round((total * stage) / 9);
    const drawn = new Map<PlacedShape, string>();
    for (const shape of thingsOf(shapes).flatMap(outwards)) {
      const outline = outlines.get(shape) as Outline;
      if (left > 1) drawn.set(shape, pathOf(outline, left));
      left -= outline.length;
    }
    return (
      ground("#ffffff") +
      `<g fill="#ffffff" stroke="${INK}" stroke-width="${WIDTH}" stroke-linejoin="round" stroke-linecap="round">${shapes.map((shape) => drawn.get(shape) ?? "").join("")}</g>`
    );
  },
};

/** The most important shape first, then the nearest; a detail follows the shape that it lies in. */
function outwards(thing: readonly PlacedShape[]): PlacedShape[] {
  const details = ofRole(thing, "detail");
  const large = massesOf(thing);
  const [x, y] = centerOf(biggest(large).outline);
  const away = ({ outline }: PlacedShape) => {
    const [cx, cy] = centerOf(outline);
    return Math.hypot(cx - x, cy - y);
  };
  const hostOf = ({ outline }: PlacedShape) =>
    large.findLast((shape) => contains(shape.outline, centerOf(outline)));
  const hosted = large
    .toSorted((a, b) => away(a) - away(b))
    .flatMap((shape) => [shape, ...details.filter((detail) => hostOf(detail) === shape)]);
  return [...hosted, ...details.filter((detail) => !hostOf(detail))];
}

/** What covers others must be closed: an unfinished line hides nothing. */
const pathOf = (outline: Outline, corners: number): string =>
  corners >= outline.length
    ? `<path d="${toPath(outline)}"/>`
    : `<path fill="none" d="${toPath(outline.slice(0, corners)).slice(0, -1)}"/>`;
