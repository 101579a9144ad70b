// Colours by name, and what each paint becomes under one.
import type { Paint } from "./subject.js";

/** The twelve colours a prompt can name, mid tones that are far apart. */
export const colors = {
  red: "#d8342b",
  orange: "#f08a24",
  yellow: "#f5cf2e",
  green: "#3f9e46",
  teal: "#1fa39a",
  blue: "#2f62d0",
  purple: "#7e3fb0",
  pink: "#f07fb0",
  brown: "#8a5a33",
  black: "#33333a",
  grey: "#9a9ca0",
  white: "#f2f1ec",
} as const;

export type ColorName = keyof typeof colors;
export const colorNames = Object.keys(colors) as ColorName[];

export type Palette = Record<Paint, string>;

const fixed = {
  black: "#26262b",
  white: "#fbfaf6",
  grey: "#a9adb3",
  wood: "#a9733f",
  leaf: "#5aa648",
  glass: "#a9dcf2",
  skin: "#f0c39a",
  gold: "#e8b93a",
  red: "#cf3a32",
} as const;

export function paletteOf(color: ColorName): Palette {
  const main = colors[color];
  return { ...fixed, main, dark: mix(main, "#000000", 0.32), light: mix(main, "#ffffff", 0.42) };
}

/** @param share - of the second colour, 0 … 1 */
export function mix(a: string, b: string, share: number): string {
  const channel = (hex: string, i: number) => Number.parseInt(hex.slice(1 + 2 * i, 3 + 2 * i), 16);
  const parts = [0, 1, 2].map((i) =>
    Math.round(channel(a, i) * (1 - share) + channel(b, i) * share)
      .toString(16)
      .padStart(2, "0"),
  );
  return `#${parts.join("")}`;
}
