// Whether a page holds 4 or 9 frames. Three kinds of evidence, added up as logarithms: bars at the
// nominal borders; edges there; and, the strongest on a page without bars, that a procedure repeats
// itself: pixels one cell apart are more alike than pixels a little less or more apart.
import { border, snake2x2, snake3x3, type Layout } from "./layout.js";
import { columnsOf, findBar, rowsOf, type Lines } from "./seam.js";
import type { Raster } from "../raster.js";

export interface DetectedLayout {
  layout: Layout;
  /** false: the page does not tell, and nine frames are a guess */
  certain: boolean;
}

/** Below this the evidence is noise: single pictures stay under 0.05, pages without bars begin at 0.16. */
const leastEvidence = 0.1;
/** Points of a page looked at along each axis: enough for a page of any size. */
const samples = 256;

/** Finds out by itself whether a page has 3 × 3 or 2 × 2 frames, in a snake as all released pages are. */
export function detectLayout(page: Raster): DetectedLayout {
  const evidence = evidenceFor(page, 3) - evidenceFor(page, 2);
  const certain = Math.abs(evidence) >= leastEvidence;
  return { layout: certain && evidence < 0 ? snake2x2 : snake3x3, certain };
}

function evidenceFor(page: Raster, count: number): number {
  const borders = [columnsOf(page), rowsOf(page)].flatMap((lines) =>
    Array.from({ length: count - 1 }, (_, index) => ({
      lines,
      at: border(lines.count, count, index + 1),
    })),
  );
  const bars = mean(borders.map(({ lines, at }) => (findBar(lines, at) ? 1 : 0)));
  const edges = mean(borders.map(({ lines, at }) => Math.log(Math.max(1, edgeAt(lines, at)))));
  return 2 * bars + 0.25 * edges - Math.log(dissimilarity(page, count));
}

/** How much larger the step at a border is than the largest nearby. */
function edgeAt(lines: Lines, at: number): number {
  const step = (offset: number) => difference(lines, at + offset);
  return (step(0) + 0.5) / (Math.max(...[-4, -3, -2, 2, 3, 4].map(step)) + 0.5);
}

/** Mean difference between the lines on both sides of `at`; 0 at the page's ends. */
function difference(lines: Lines, at: number): number {
  if (at < 1 || at >= lines.count) return 0;
  const before = lines.line(at - 1);
  return mean(Array.from(lines.line(at), (value, index) => Math.abs(value - before[index]!)));
}

/** Difference of pixels a cell apart, relative to a 24th of the page less and more; 1 is no likeness. */
function dissimilarity(page: Raster, count: number): number {
  const apart = (share: number) =>
    shiftedDifference(page, Math.round(share * page.width), 0) +
    shiftedDifference(page, 0, Math.round(share * page.height));
  const cell = 1 / count;
  return (apart(cell) + 0.1) / ((apart(cell - 1 / 24) + apart(cell + 1 / 24)) / 2 + 0.1);
}

/** Mean difference per channel between a page and itself moved by `dx`, `dy` ≥ 0. */
function shiftedDifference({ width, height, data }: Raster, dx: number, dy: number): number {
  const stepX = Math.ceil(width / samples);
  const stepY = Math.ceil(height / samples);
  const shift = 3 * (dy * width + dx);
  let sum = 0;
  let compared = 0;
  for (let y = 0; y < height - dy; y += stepY)
    for (let x = 0; x < width - dx; x += stepX)
      for (let channel = 0; channel < 3; channel++) {
        const at = 3 * (y * width + x) + channel;
        sum += Math.abs(data[at]! - data[at + shift]!);
        compared++;
      }
  return sum / Math.max(1, compared);
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
