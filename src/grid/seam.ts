// The dark bar between two frames. The released pages have black bars of 3–4 px near the nominal
// border, some with a grey fringe from resampling; pages painted after them have dark seams there.
// A bar is known by three things together: it is dark along its full length, it is narrow, and
// both its edges are edges of the bar, not of something drawn in a frame.
import type { Raster } from "../raster.js";

/** A page seen along one axis: `count` lines, each the brightness (largest channel) of its pixels. */
export interface Lines {
  count: number;
  line(at: number): Uint8Array;
}

/** Lines `start` … `end - 1`. */
export interface Span {
  start: number;
  end: number;
}

/** A bar lies within ±8 px of its border on a page of 1056 px. */
const reachShare = 8 / 1056;
/** No pixel of a bar's darkest line is brighter than this, but for a few. */
const dark = 96;
/** Those few: pixels of a line that noise may have spoilt. */
const spoiltShare = 0.005;
/** Shade shows on nothing darker than this. */
const black = 24;

/** The columns of a page, left to right. */
export function columnsOf({ width, height, data }: Raster): Lines {
  return {
    count: width,
    line: (x) => brightnesses(data, x, width, height),
  };
}

/** The rows of a page, top to bottom. */
export function rowsOf({ width, height, data }: Raster): Lines {
  return {
    count: height,
    line: (y) => brightnesses(data, y * width, 1, width),
  };
}

/** Finds the bar, with its fringe, near a nominal border, which lies before line `border`. */
export function findBar(lines: Lines, border: number): Span | undefined {
  const reach = Math.max(1, Math.round(reachShare * lines.count));
  const widest = Math.max(4, 2 * reach);
  const widestFringe = Math.max(2, Math.round(reach / 2));
  const margin = reach + widest + widestFringe + 2;
  const from = border - margin;
  const to = border + margin;
  if (from < 0 || to > lines.count) return undefined;

  const window = Array.from({ length: to - from }, (_, index) => lines.line(from + index));
  const levels = window.map(level);
  const at = (position: number) => window[position - from] ?? new Uint8Array();
  const levelAt = (position: number) => levels[position - from] ?? 255;

  const core = darkest(levelAt, border, reach);
  if (levelAt(core) > dark) return undefined;

  /** The first line of a frame before (-1) or after (1) the bar. */
  const edge = (step: 1 | -1) => {
    let width = 1;
    while (width <= widest && levelAt(core + step * width) <= levelAt(core) + 12) width++;
    const line = (beyond: number) => at(core + step * (width + beyond));
    let fringe = 0;
    while (fringe < widestFringe && isFringe(line(fringe), line(fringe + 1))) fringe++;
    return core + step * (width + fringe);
  };
  const before = edge(-1);
  const after = edge(1);
  if (after - before > widest + 2 * widestFringe) return undefined;
  const bar = at(core);
  if (!isEdge(bar, at(before)) || !isEdge(bar, at(after))) return undefined;
  return { start: before + 1, end: after };
}

/** The brightness of `count` pixels, from pixel `first` on, `step` pixels apart. */
function brightnesses(data: Uint8Array, first: number, step: number, count: number): Uint8Array {
  const line = new Uint8Array(count);
  for (let index = 0; index < count; index++) {
    const at = 3 * (first + index * step);
    line[index] = Math.max(data[at]!, data[at + 1]!, data[at + 2]!);
  }
  return line;
}

/** The brightness that all pixels of a line keep under, but for the spoilt few. */
function level(line: Uint8Array): number {
  const sorted = line.toSorted();
  return sorted[sorted.length - 1 - Math.floor(spoiltShare * sorted.length)] ?? 255;
}

/** The darkest line within reach; of lines alike, the one nearest to the border. */
function darkest(levelAt: (at: number) => number, border: number, reach: number): number {
  let best = border;
  for (let distance = 0; distance < reach; distance++)
    for (const at of [border - 1 - distance, border + distance])
      if (levelAt(at) < levelAt(best) - 8) best = at;
  return best;
}

/** Whether a line is the bar's shade on its neighbour: a little darker wherever that is not black. */
function isFringe(line: Uint8Array, outer: Uint8Array): boolean {
  let shadeable = 0;
  let shaded = 0;
  outer.forEach((value, index) => {
    if (value <= black) return;
    shadeable++;
    if ((line[index] ?? 0) <= 0.96 * value) shaded++;
  });
  return shadeable >= 0.25 * outer.length && shaded >= 0.95 * shadeable;
}

/** Whether one goes from the bar into frames: brighter in much of the length, darker nowhere. */
function isEdge(bar: Uint8Array, outer: Uint8Array): boolean {
  let brighter = 0;
  let darker = 0;
  outer.forEach((value, index) => {
    const inner = bar[index] ?? 0;
    if (value > 1.5 * inner + 8) brighter++;
    if (value < inner - 8) darker++;
  });
  return brighter >= 0.25 * outer.length && darker <= 0.02 * outer.length;
}
