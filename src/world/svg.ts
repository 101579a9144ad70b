// Words of SVG for outlines: fill, line, clip, a hand that wobbles. A craft writes its picture as a
// list of layers, each with the stage it arrives in; all are drawn in every stage and then chosen from,
// so that chance decides the same in all stages.
import type { Stage } from "./craft.js";
import { boundsOf, type Outline, type Point } from "./geometry.js";
import { mix } from "./palette.js";
import type { Random } from "./random.js";

/** Markup that is there from one stage on, up to another (that one included). */
export type Layer = readonly [from: Stage, markup: string, until?: Stage];

export const layered = (stage: Stage, ...layers: readonly Layer[]): string =>
  layers
    .filter(([from, , until = 9]) => from <= stage && stage <= until)
    .map(([, markup]) => markup)
    .join("");

/** A corner that lies nearer than this to the line past it is not seen, in units. */
const UNSEEN = 0.1;

/** Path data to a tenth of a unit, each corner counted from the one before: a third of the plain text. */
function open(points: readonly Point[]): string {
  let [lastX, lastY] = [0, 0];
  const steps: string[] = [];
  points.forEach(([x, y], i) => {
    const next = points[i + 1];
    if (i > 0 && next) {
      const [wayX, wayY] = [next[0] - lastX / 10, next[1] - lastY / 10];
      const aside = Math.abs(wayX * (y - lastY / 10) - wayY * (x - lastX / 10));
      if (aside < UNSEEN * Math.hypot(wayX, wayY)) return;
    }
    const [stepX, stepY] = [Math.round(10 * x) - lastX, Math.round(10 * y) - lastY];
    lastX += stepX;
    lastY += stepY;
    steps.push(`${stepX / 10}${stepY < 0 ? "" : " "}${stepY / 10}`);
  });
  return `M${steps[0] ?? "0 0"}l${steps.slice(1).join(" ")}`;
}

const closed = (outline: Outline) => `${open(outline)}z`;

const see = (opacity: number, what: "fill" | "stroke") =>
  opacity < 1 ? ` ${what}-opacity="${opacity}"` : "";

export const fill = (outline: Outline, color: string, opacity = 1): string =>
  `<path d="${closed(outline)}" fill="${color}"${see(opacity, "fill")}/>`;

/** Lines along path data as it is. */
export const stroked = (data: string, color: string, width: number, opacity = 1): string =>
  `<path d="${data}" fill="none" stroke="${color}" stroke-width="${width}" stroke-linejoin="round" stroke-linecap="round"${see(opacity, "stroke")}/>`;

/** Path data as it is, many shapes of one colour in one element. */
export const path = (data: string, color: string, opacity = 1): string =>
  `<path d="${data}" fill="${color}"${see(opacity, "fill")}/>`;

/** The border of an outline. */
export const line = (outline: Outline, color: string, width: number, opacity = 1): string =>
  stroked(closed(outline), color, width, opacity);

/** A colour and the border around it. */
export const outlined = (outline: Outline, color: string, ink: string, width: number): string =>
  `<path d="${closed(outline)}" fill="${color}" stroke="${ink}" stroke-width="${width}" stroke-linejoin="round"/>`;

/** A line with two ends. */
export const trace = (
  points: readonly Point[],
  color: string,
  width: number,
  opacity = 1,
): string => stroked(open(points), color, width, opacity);

/** Many lines with two ends in one element: hatching, grass, rain. */
export const traces = (
  lines: readonly (readonly Point[])[],
  color: string,
  width: number,
  opacity = 1,
): string => stroked(lines.map(open).join(""), color, width, opacity);

/** Round dots in one element. */
export const dots = (points: readonly Point[], color: string, diameter: number, opacity = 1) =>
  stroked(
    points.map(([x, y]) => `M${+x.toFixed(1)} ${+y.toFixed(1)}h.01`).join(""),
    color,
    diameter,
    opacity,
  );

export const block = (
  left: number,
  top: number,
  width: number,
  height: number,
  color: string,
  radius = 0,
): string =>
  `<rect x="${left}" y="${top}" width="${width}" height="${height}"${radius ? ` rx="${radius}"` : ""} fill="${color}"/>`;

export const oval = (x: number, y: number, rx: number, ry: number, color: string, opacity = 1) =>
  `<ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${ry}" fill="${color}"${see(opacity, "fill")}/>`;

/** The whole picture in one colour. */
export const ground = (color: string): string => block(0, 0, 100, 100, color);

/** What lies inside any of the outlines. */
export const inside = (id: string, outlines: readonly Outline[], ...content: string[]): string =>
  `<clipPath id="${id}">${outlines.map((o) => `<path d="${closed(o)}"/>`).join("")}</clipPath>` +
  `<g clip-path="url(#${id})">${content.join("")}</g>`;

/** Outlines as one piece of one colour. @param outset - how far it reaches beyond them */
export const mass = (outlines: readonly Outline[], color: string, outset = 0): string =>
  `<g fill="${color}"${outset ? ` stroke="${color}" stroke-width="${2 * outset}" stroke-linejoin="round"` : ""}>` +
  `${outlines.map((o) => `<path d="${closed(o)}"/>`).join("")}</g>`;

/** Everything but what lies inside the outline. */
export const around = (outline: Outline, color: string, opacity = 1): string =>
  `<path d="M-9-9h120v120h-120z${closed(outline)}" fill="${color}" fill-rule="evenodd"${see(opacity, "fill")}/>`;

/** Moved by (x, y) after a scale about the origin. */
export const placed = (x: number, y: number, scale: number, ...content: string[]): string =>
  `<g transform="translate(${+x.toFixed(2)} ${+y.toFixed(2)}) scale(${+scale.toFixed(3)})">${content.join("")}</g>`;

/** A gradient to be used as colour `url(#id)`: from top to bottom, or from the centre out. */
export const gradient = (
  kind: "linear" | "radial",
  id: string,
  ...colors: readonly string[]
): string => {
  const stops = colors.map(
    (color, i) => `<stop offset="${+(i / (colors.length - 1)).toFixed(2)}" stop-color="${color}"/>`,
  );
  const down = kind === "linear" ? ` x2="0" y2="1"` : "";
  return `<${kind}Gradient id="${id}"${down}>${stops.join("")}</${kind}Gradient>`;
};

/** A tile of `size` units, turned, that repeats; to be used as colour `url(#id)`. */
export const pattern = (id: string, size: number, degrees: number, ...content: string[]): string =>
  `<pattern id="${id}" width="${size}" height="${size}" patternUnits="userSpaceOnUse" patternTransform="rotate(${degrees})">${content.join("")}</pattern>`;

export const darker = (color: string, share = 0.3): string => mix(color, "#000000", share);
export const lighter = (color: string, share = 0.3): string => mix(color, "#ffffff", share);

/** How light a colour looks, 0 … 1. */
export function lightness(color: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => Number.parseInt(color.slice(i, i + 2), 16) / 255);
  return 0.3 * (r ?? 0) + 0.59 * (g ?? 0) + 0.11 * (b ?? 0);
}

/** A colour in a material that has tones only: from `deep` to `pale` by its lightness. */
export const toned = (color: string, deep: string, pale: string): string =>
  mix(deep, pale, lightness(color));

/** Corners at most `step` units apart. */
export const dense = (outline: Outline, step: number): Outline =>
  outline.flatMap(([x, y], i) => {
    const [nextX, nextY] = outline[(i + 1) % outline.length] as Point;
    const parts = Math.max(1, Math.round(Math.hypot(nextX - x, nextY - y) / step));
    return Array.from({ length: parts }, (_, k): Point => {
      const t = k / parts;
      return [x + (nextX - x) * t, y + (nextY - y) * t];
    });
  });

/** As a hand would draw it: off by up to `amount` units, less where the thing is small. */
export function wobble(outline: Outline, random: Random, amount: number): Outline {
  const [phaseX, phaseY, waves] = [random.next() * 6.3, random.next() * 6.3, random.whole(3, 5)];
  const corners = dense(outline, 6);
  const { left, top, right, bottom } = boundsOf([outline]);
  const reach = Math.min(amount, 0.018 * (right - left + bottom - top));
  return corners.map(([x, y], i) => {
    const t = (2 * Math.PI * i) / corners.length;
    const swing = (phase: number) =>
      reach * (0.7 * Math.sin(waves * t + phase) + 0.3 * Math.sin(7 * t + 2 * phase));
    return [x + swing(phaseX), y + swing(phaseY)];
  });
}

/** Parallel lines that fill the whole box of 100 units, to be clipped. @param slope - rise per run */
export const hatching = (gap: number, slope: number): (readonly Point[])[] => {
  const reach = 100 * Math.abs(slope);
  const from = slope > 0 ? 0 : -reach;
  const lines: (readonly Point[])[] = [];
  for (let y = from; y < 100 + reach + from + gap; y += gap)
    lines.push([
      [0, y],
      [100, y - 100 * slope],
    ]);
  return lines;
};
