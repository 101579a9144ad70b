// Light and shade on flat shapes: bands along the borders that look towards the light, or away from it.
import { areaOf } from "../forming.js";
import { move, type Outline, type Point } from "../geometry.js";
import { around, inside } from "../svg.js";

export interface Band {
  /** where its border looks, a direction of length 1 */
  towards: Point;
  color: string;
  opacity: number;
  /** how broad it is, of the thickness of the shape */
  share: number;
}

/** Bands narrower than this, in units, are left out. */
const LEAST = 1.2;

/** The bands inside an outline. @param id - of the clip, its own in the frame */
export function modelled(id: string, outline: Outline, ...bands: readonly Band[]): string {
  const thickness = (4 * areaOf(outline)) / lengthOf(outline);
  const seen = bands
    .map((band) => ({ ...band, breadth: Math.min(8, band.share * thickness) }))
    .filter(({ breadth }) => breadth >= LEAST)
    .map(({ towards: [dx, dy], breadth, color, opacity }) =>
      around(move(outline, -dx * breadth, -dy * breadth), color, opacity),
    );
  return seen.length === 0 ? "" : inside(id, [outline], ...seen);
}

const lengthOf = (outline: Outline) =>
  outline.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = outline[(i + 1) % outline.length] as Point;
    return sum + Math.hypot(nextX - x, nextY - y);
  }, 0);
