// What can stand behind a thing: a sky and a ground in flat colours, so that the thing stays the subject.
import { colors, type ColorName } from "./palette.js";
import type { Background } from "./scene.js";

export interface Surroundings extends Background {
  /** how a prompt says it, after the thing; nothing for the plain one */
  phrase: string;
}

export const backgrounds: readonly Surroundings[] = [
  { name: "white", phrase: "", sky: "#ffffff", ground: "#ffffff" },
  { name: "meadow", phrase: "on a meadow", sky: "#c4e8fa", ground: "#8fd072" },
  { name: "beach", phrase: "on a beach", sky: "#8fdcf0", ground: "#f3dfa4" },
  { name: "snow", phrase: "in the snow", sky: "#b7cbe2", ground: "#f3f8fd" },
  { name: "night", phrase: "at night", sky: "#1d2450", ground: "#3a4a86" },
  { name: "desert", phrase: "in the desert", sky: "#fbe3b5", ground: "#dd9f5c" },
  { name: "sunset", phrase: "at sunset", sky: "#fbb48c", ground: "#8d5a80" },
  { name: "road", phrase: "on a road", sky: "#dcecf2", ground: "#84878f" },
];

/** White would be lost on white. */
const greyer: Background = { name: "white", sky: "#b4c0cc", ground: "#b4c0cc" };

/** Throws RangeError with the names there are. */
export function surroundingsNamed(name: string): Surroundings {
  const found = backgrounds.find((background) => background.name === name);
  if (!found)
    throw new RangeError(
      `no background “${name}”; there are ${backgrounds.map((known) => known.name).join(", ")}`,
    );
  return found;
}

/** What is drawn behind things of these colours. */
export function backgroundBehind(name: string, things: readonly ColorName[]): Background {
  const { phrase: _, ...background } = surroundingsNamed(name);
  return background.name === "white" && things.includes("white") ? greyer : background;
}

/** Whether a thing of this colour stands out from sky and ground. */
export function isSeenOn(background: Background, color: ColorName): boolean {
  return [background.sky, background.ground].every(
    (behind) => distance(colors[color], behind) > LEAST_DISTANCE,
  );
}

/** Of two colours as points in a cube with sides of 255. */
const LEAST_DISTANCE = 72;

function distance(a: string, b: string): number {
  const [p, q] = [channels(a), channels(b)];
  return Math.hypot(...p.map((value, i) => value - (q[i] ?? 0)));
}

const channels = (hex: string) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
