// Bricks in courses on a baseplate, from the bottom up: seams are staggered by course, slopes fill what
// bricks cannot, and small things are clipped on at the end.
import type { Craft, Stage } from "../craft.js";
import { boundsOf, move, rect, type Point } from "../geometry.js";
import type { PlacedShape } from "../scene.js";
import {
  block, darker, dots, fill, ground, inside, layered, lighter, outlined, path, stroked, trace,
} from "../svg.js"; // prettier-ignore
import { CELL, cellsOf, runsOf, type Cell } from "./cells.js";
import { inOwnColors, massesOf, ofRole, outlinesOf } from "./shapes.js";

/** how far a brick reaches back, drawn to the upper right */
const DEPTH = 3;

/** courses that stand after each stage, as a share of all */
const built: Record<Stage, number> = {
  1: 0, 2: 0.06, 3: 0.2, 4: 0.36, 5: 0.52, 6: 0.72, 7: 1, 8: 1, 9: 1,
}; // prettier-ignore

export const lego: Craft = {
  slug: "lego",
  phrase: "lego model construction process",
  colors: true,
  backgrounds: false,
  four: [2, 5, 7, 9],
  draw({ shapes }, stage) {
    const masses = massesOf(shapes);
    const { top, bottom } = boundsOf(outlinesOf(masses));
    const foot = Math.round(bottom);
    const height = Math.ceil((built[stage] * (foot - top)) / CELL);
    const cells = cellsOf(masses, foot, height);
    const slopes = inside(
      "lego-built",
      [rect(0, foot - height * CELL, 100, 100)],
      ...masses.map(({ outline, fill: color }) => fill(move(outline, 2, -2), darker(color, 0.4))),
      inOwnColors(masses),
    );
    return layered(
      stage,
      [1, table(foot)],
      [2, slopes + bricks(cells)],
      [9, shine(masses)],
      [8, trims(foot)],
      [8, ofRole(shapes, "detail").map(tile).join("")],
    );
  },
};

function bricks(cells: readonly Cell[]): string {
  const key = (x: number, y: number) => `${+x.toFixed(1)} ${+y.toFixed(1)}`;
  const taken = new Map(cells.map(({ x, y, color }) => [key(x, y), color]));
  const beside = ({ x, y }: Cell, dx: number, dy: number) =>
    taken.get(key(x + dx * CELL, y + dy * CELL));
  const each = (some: readonly Cell[], markup: string) =>
    some.map(({ x, y }) => `M${key(x, y)}${markup}`).join("");
  const rows = runsOf(cells);
  const back = [...new Set(taken.values())].map((color) => {
    const own = cells.filter((cell) => cell.color === color);
    const open = own.filter((cell) => !beside(cell, 0, -1));
    const ends = own.filter((cell) => !beside(cell, 1, 0));
    return [
      path(each(open, `l${DEPTH}-${DEPTH}h${CELL}l-${DEPTH} ${DEPTH}z`), lighter(color, 0.35)),
      path(each(ends, `m5 0l${DEPTH}-${DEPTH}v${CELL}l-${DEPTH} ${DEPTH}z`), darker(color, 0.35)),
      stroked(each(open, "m4-1.6v-.8"), darker(color, 0.12), 2.8),
      stroked(each(open, "m4-2.8h.01"), lighter(color, 0.5), 2),
    ].join("");
  });
  const fronts = rows.map(({ x, y, color, width }) => block(x, y, width, CELL, color));
  const joints = cells.filter(
    (cell) => (cell.column + cell.course) % 2 === 0 || beside(cell, -1, 0) !== cell.color,
  );
  const along = (dy: number) =>
    rows.map(({ x, y, width }) => `M${key(x, y + dy)}h${width}`).join("");
  return [
    ...back,
    ...fronts,
    stroked(along(0.7), "#ffffff", 0.9, 0.3),
    stroked(along(CELL) + each(joints, `v${CELL}`), "#000000", 0.7, 0.4),
  ].join("");
}

const table = (foot: number) =>
  [
    ground("#a9cfe4"),
    block(0, foot - 8, 100, 108 - foot, "#b98a5c"),
    path(`M2 ${foot + 3}L8 ${foot - 5}H98L96 ${foot + 3}z`, "#58b05c"),
    block(2, foot + 3, 94, 3, "#35803f"),
    dots(
      Array.from({ length: 12 }, (_, i): Point => [7 + i * 7.8, foot - 0.6]),
      "#86d084",
      3.6,
    ),
  ].join("");

/** Round studs on the free ends of the plate. */
const trims = (foot: number) =>
  dots([[6, foot], [94, foot]], "#f2f1ec", 6) + dots([[6, foot - 0.5], [94, foot - 0.5]], "#f5cf2e", 3); // prettier-ignore

/** A smooth flat piece on the front. */
const tile = ({ outline, fill: color }: PlacedShape) =>
  fill(move(outline, 1, -1), darker(color, 0.45)) +
  outlined(outline, color, darker(color, 0.45), 0.7);

const shine = (masses: readonly PlacedShape[]) =>
  inside(
    "lego-front",
    outlinesOf(masses),
    trace([[20, 100], [80, 0]], "#ffffff", 9, 0.3), // prettier-ignore
  );
