// A drawing in square cells, as a builder with bricks sees it: courses from the foot up.
import { boundsOf, contains } from "../geometry.js";
import type { PlacedShape } from "../scene.js";
import { outlinesOf } from "./shapes.js";

export const CELL = 5;

/** (x, y) is its upper left corner. */
export interface Cell {
  x: number;
  y: number;
  column: number;
  course: number;
  color: string;
}

/** Of the lowest `height` courses, those cells that are filled at their centre and nearly all corners. */
export function cellsOf(shapes: readonly PlacedShape[], foot: number, height: number): Cell[] {
  const { left, right } = boundsOf(outlinesOf(shapes));
  const columns = Math.ceil((right - left) / CELL);
  const start = Math.round((left + right - columns * CELL) / 2);
  const front = shapes.toReversed().map((shape) => ({ ...shape, box: boundsOf([shape.outline]) }));
  const colorAt = (x: number, y: number) =>
    front.find(
      ({ outline, box }) =>
        x > box.left && x < box.right && y > box.top && y < box.bottom && contains(outline, [x, y]),
    )?.fill;
  const cells: Cell[] = [];
  for (let course = 0; course < height; course++)
    for (let column = 0; column < columns; column++) {
      const [x, y] = [start + column * CELL, foot - (course + 1) * CELL];
      const color = colorAt(x + CELL / 2, y + CELL / 2);
      const filled = corners.filter(([dx, dy]) => colorAt(x + dx, y + dy)).length;
      if (color && filled > 2) cells.push({ x, y, column, course, color });
    }
  return cells;
}

const [near, far] = [0.7, CELL - 0.7];
const corners = [[near, near], [near, far], [far, near], [far, far]] as const; // prettier-ignore

/** Neighbours of one colour in one course, as one piece. */
export function runsOf(cells: readonly Cell[]): (Cell & { width: number })[] {
  const runs: (Cell & { width: number })[] = [];
  for (const cell of cells) {
    const last = runs.at(-1);
    const joins =
      last?.course === cell.course && last.color === cell.color && last.x + last.width === cell.x;
    if (joins) last.width += CELL;
    else runs.push({ ...cell, width: CELL });
  }
  return runs;
}
