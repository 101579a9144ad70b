// Things that look round: every piece is lit from the upper left, with a shaded rim, a gleam where
// the light strikes and a shadow where it stands.
import { centerOf, reachOf, thingsOf } from "./forming.js";
import {
  boundsOf,
  contains,
  ellipse,
  move,
  toPath,
  turn,
  type Outline,
  type Point,
} from "./geometry.js";
import type { PlacedShape } from "./scene.js";
import { darker, lighter, oval } from "./svg.js";

export interface Piece {
  outline: Outline;
  /** #rrggbb */
  fill: string;
}

/** How a material takes the light, as shares of white and black; `edge` is the width of its border. */
export interface Surface {
  shine: number;
  shade: number;
  edge?: number;
  /** the border's colour; a shade of the fill where none is given */
  rim?: string;
}

export const relief = (id: string, pieces: readonly Piece[], surface: Surface): string =>
  lights(id, pieces, surface) +
  `<g stroke-width="${surface.edge ?? 0.8}" stroke-linejoin="round">` +
  pieces
    .map(
      ({ outline, fill }) =>
        `<path d="${toPath(outline)}" fill="url(#${id}-${fill.slice(1)})" stroke="${surface.rim ?? darker(fill, 0.45)}"/>`,
    )
    .join("") +
  "</g>";

/** One gradient a colour, `${id}-rrggbb`. */
export const lights = (id: string, pieces: readonly Piece[], { shine, shade }: Surface): string =>
  [...new Set(pieces.map(({ fill }) => fill))]
    .map(
      (fill) =>
        `<radialGradient id="${id}-${fill.slice(1)}" cx=".36" cy=".28" r=".8">` +
        `<stop offset="0" stop-color="${lighter(fill, shine)}"/>` +
        `<stop offset=".45" stop-color="${fill}"/>` +
        `<stop offset="1" stop-color="${darker(fill, shade)}"/></radialGradient>`,
    )
    .join("");

/** A spot of light in each piece that has room for one, unless a later piece lies there. */
export const gleams = (pieces: readonly Piece[], color: string, opacity: number): string => {
  const spots = pieces.flatMap(({ outline }, i) => {
    const spot = gleam(outline);
    const above = pieces.slice(i + 1);
    const isCovered = above.some((piece) => spot.some((at) => contains(piece.outline, at)));
    return spot.length === 0 || isCovered ? [] : [toPath(spot)];
  });
  return `<path d="${spots.join("")}" fill="${color}" fill-opacity="${opacity}"/>`;
};

function gleam(outline: Outline): Outline {
  const reach = reachOf(outline, -0.6, -0.8);
  const room = Math.min(reach, reachOf(outline, 0.8, -0.6), reachOf(outline, -0.8, 0.6));
  if (room < 3) return [];
  const [x, y] = centerOf(outline);
  const at = [x - 0.6 * 0.58 * reach, y - 0.8 * 0.58 * reach] as const;
  return turn(ellipse(...at, 0.34 * room, 0.17 * room), -37, at).filter((_, i) => i % 3 === 0);
}

/** Where the things stand; one that stands on another has none. */
export function shadows(shapes: readonly PlacedShape[], color: string, opacity: number): string {
  const boxes = thingsOf(shapes).map((thing) => boundsOf(thing.map(({ outline }) => outline)));
  const foot = Math.max(...boxes.map(({ bottom }) => bottom));
  return boxes
    .filter(({ bottom }) => bottom > foot - 5)
    .map(({ left, right, bottom }) =>
      oval((left + right) / 2, bottom - 0.5, (right - left) * 0.54, 4, color, opacity),
    )
    .join("");
}

/** The side away from the light: what a copy, shrunk and moved to the upper left, leaves of an outline. */
export function rim(
  outline: Outline,
  scale: number,
  off: number,
  color: string,
  opacity = 1,
): string {
  const [x, y] = centerOf(outline);
  const copy = move(outline, x * (1 - scale) - off, y * (1 - scale) - off, scale).map((point, i) =>
    contains(outline, point) ? point : (outline[i] as Point),
  );
  return `<path d="${toPath(outline)}${toPath(copy)}" fill="${color}" fill-rule="evenodd" fill-opacity="${opacity}" stroke="none"/>`;
}
