// A landscape in layers, from the horizon and the sky to the nearest grass; the thing stands in it.
import type { Craft } from "../craft.js";
import { boundsOf, smooth, type Outline, type Point } from "../geometry.js";
import { mix } from "../palette.js";
import type { Random } from "../random.js";
import type { Background } from "../scene.js";
import { block, darker, dots, fill, gradient, ground, layered, lighter, lightness, line, mass, oval, stroked, traces } from "../svg.js"; // prettier-ignore
import { modelled, type Band } from "./shading.js";
import { inOwnColors, massesOf, ofRole, outlinesOf } from "./shapes.js";

const HORIZON = 70;
const shade: Band = { towards: [0.9, 0.4], color: "#101a3c", opacity: 0.35, share: 0.24 };

export const landscape: Craft = {
  slug: "landscape",
  phrase: "landscape illustration process",
  colors: true,
  backgrounds: true,
  four: [2, 4, 6, 9],
  draw({ shapes, background }, stage, random) {
    const { sky, ground: earth } = placeOf(background);
    const night = lightness(sky) < 0.4;
    const far = ridge(random, 50, 12);
    const near = ridge(random, 61, 9);
    const masses = massesOf(shapes);
    const { left, right, bottom } = boundsOf(outlinesOf(masses));
    const middle = (left + right) / 2;
    const flat = masses.map(
      ({ outline, fill: color }, i) =>
        fill(outline, color) + layered(stage, [7, modelled(`landscape-${i}`, outline, shade)]),
    );
    return layered(
      stage,
      [1, ground("#f4ecdc") + line(frame, "#8b8172", 1) + block(4, HORIZON, 92, 1.2, "#8b8172")],
      [2, gradient("linear", "landscape-sky", darker(sky, 0.1), sky, lighter(sky, 0.35))],
      [2, block(0, 0, 100, HORIZON, "url(#landscape-sky)")],
      [9, night ? stars : sun(sky) + birds],
      [3, fill(far, mix(mix(sky, earth, 0.35), night ? "#8c9be0" : "#7088b8", 0.35))],
      [9, mist],
      [4, fill(near, mix(mix(sky, earth, 0.75), "#3f6152", 0.4))],
      [4, gradient("linear", "landscape-earth", lighter(earth, 0.1), earth, darker(earth, 0.15))],
      [4, block(0, HORIZON, 100, 30, "url(#landscape-earth)")],
      [8, blades(random, earth)],
      [7, oval(middle + 8, bottom - 1, (right - left) / 2 + 4, 4.5, "#101a3c", 0.35)],
      [5, mass(outlinesOf(masses), lighter(earth, 0.6), 0.9) + flat.join("")],
      [8, inOwnColors(ofRole(shapes, "detail"))],
      [6, bush(0, earth) + bush(100, earth)],
      [8, leaves],
      [9, night ? fireflies : ""],
    );
  },
};

const frame: Outline = [[4, 4], [96, 4], [96, 96], [4, 96]]; // prettier-ignore

/** A plain ground is a mild day. */
const placeOf = (background: Background) =>
  background.name === "white" ? { sky: "#d6e6ee", ground: "#c9cdb0" } : background;

function ridge(random: Random, top: number, swing: number): Outline {
  const heights = Array.from({ length: 6 }, (_, i): Point => [
    i * 24 - 10,
    top + random.between(-swing, swing),
  ]);
  return smooth([-30, 120], ...heights, [130, 120]);
}

const sun = (sky: string) =>
  oval(82, 17, 13, 13, lighter(sky, 0.5), 0.7) + oval(82, 17, 8.5, 8.5, "#fff3b8");

const stars =
  dots([[8, 12], [22, 26], [30, 8], [48, 14], [64, 6], [70, 30], [92, 36], [12, 42]], "#fff8d6", 2.2) +
  oval(82, 17, 9, 9, "#fdf3c4"); // prettier-ignore

const mist = oval(12, 62, 30, 3.5, "#ffffff", 0.5) + oval(84, 66, 30, 3, "#ffffff", 0.5);

const birds = stroked("M10 20q4-5 7 0q3-5 7 0M26 11q3-4 5 0q2-4 5 0", "#3b4150", 1.5);

const fireflies = dots([[18, 78], [30, 88], [72, 80], [84, 72]], "#f6ef8a", 2.6); // prettier-ignore

const blades = (random: Random, earth: string) =>
  traces(
    Array.from({ length: 14 }, (): Point[] => {
      const [x, y] = [random.between(2, 98), random.between(76, 97)];
      return [[x - 1.5, y - 4], [x, y], [x + 1.5, y - 4]]; // prettier-ignore
    }),
    darker(earth, 0.35),
    1.1,
  );

/** Dark leaves in a lower corner. */
const bush = (x: number, earth: string) => {
  const color = mix(darker(earth, 0.55), "#1c4a36", 0.45);
  const inward = x === 0 ? 1 : -1;
  return (
    oval(x, 100, 15, 17, color) +
    oval(x + inward * 13, 102, 13, 10, color) +
    oval(x + inward * 3, 82, 7, 9, color)
  );
};

const leaves = stroked(
  "M3 84l4-5M6 92l5-5M14 97l5-4M97 84l-4-5M94 92l-5-5M86 97l-5-4",
  "#9bc28a",
  1.4,
  0.9,
);
