// A biscuit in the thing's shape, seen from above: ingredients on the table, dough in the pan, icing in
// the colours asked for, a plate.
import type { Craft } from "../craft.js";
import { roundedRect } from "../geometry.js";
import { block, darker, dots, ground, layered, mass, outlined, oval, stroked } from "../svg.js"; // prettier-ignore
import { modelled, type Band } from "./shading.js";
import { arrivals, centered, inOwnColors, massesOf, ofRole, outlinesOf } from "./shapes.js";

const SCALE = 0.74;
const dough = { raw: "#f6e7c3", golden: "#e8b566", brown: "#a8692c" };

const gloss: Band = { towards: [-0.7, -0.7], color: "#ffffff", opacity: 0.5, share: 0.14 };

export const cook: Craft = {
  slug: "cook",
  phrase: "cooking process",
  colors: true,
  backgrounds: false,
  four: [1, 5, 7, 9],
  draw({ shapes: asked, main, light }, stage) {
    const shapes = centered(asked, SCALE);
    const masses = massesOf(shapes);
    const outlines = outlinesOf(arrivals(masses, 3, 5)(stage));
    const icing = masses.map(
      ({ outline, fill: color }, i) =>
        outlined(outline, color, darker(color), 1.2) +
        layered(stage, [8, modelled(`cook-${i}`, outline, gloss)]),
    );
    return layered(
      stage,
      [1, table],
      [1, ingredients(main, light), 1],
      [1, bowls(main, light)],
      [2, pan, 8],
      [2, butter, 2],
      [7, herbs, 8],
      [8, salt, 8],
      [9, plate],
      [3, mass(outlines, dough.raw, 3), 3],
      [4, mass(outlines, dough.raw, 3) + mass(outlines, dough.golden, 1), 4],
      [5, mass(outlines, dough.golden, 3), 5],
      [6, mass(outlines, dough.brown, 3.6) + mass(outlines, dough.golden, 1.2)],
      [7, icing.join("")],
      [8, inOwnColors(ofRole(shapes, "detail"))],
      [9, garnish],
    );
  },
};

const table =
  ground("#d3a871") + [20, 40, 60, 80].map((y) => block(0, y, 100, 0.8, "#b98d58")).join("");

const bowl = (x: number, y: number, r: number, content: string, shine: string) =>
  oval(x, y, r, r, "#f4f2ea") +
  oval(x, y, r - 2.4, r - 2.4, content) +
  oval(x - r / 4, y - r / 4, r / 4, r / 5, shine);

/** In the corners, where they stay. */
const bowls = (main: string, light: string) =>
  bowl(12, 12, 11, main, light) +
  bowl(88, 12, 11, "#fffaf0", "#ffffff") +
  oval(8, 91, 5, 6.5, "#f3d9bd") +
  oval(17, 94, 5, 6.5, "#e9c6a2");

const ingredients = (main: string, light: string) =>
  outlined(roundedRect(22, 28, 56, 46, 5), "#f0d9b0", "#b58a52", 1.5) +
  oval(38, 52, 10, 9, dough.raw) +
  oval(36, 49, 5, 3, "#fff7e2") +
  block(54, 36, 16, 9, "#ffe27a", 2) +
  oval(60, 60, 8, 8, main) +
  oval(58, 58, 3, 2.4, light) +
  dots([[31, 66], [37, 68], [44, 66], [49, 69]], "#5aa648", 4); // prettier-ignore

const pan =
  stroked("M80 80l17 17", "#5b3a26", 8) +
  oval(50, 50, 46, 46, "#1f2124") +
  oval(50, 50, 42.5, 42.5, "#4a4d54");

const butter = oval(50, 52, 18, 13, "#f4d875", 0.8) + block(43, 44, 13, 11, "#ffe88f", 2);

const herbs = dots([[16, 40], [20, 66], [84, 40], [80, 66], [50, 89], [44, 12], [60, 12]], "#5fae4c", 4); // prettier-ignore

const salt = dots([[13, 52], [18, 30], [28, 78], [72, 79], [83, 30], [87, 52], [36, 87], [63, 88], [33, 17], [70, 18]], "#fdfbf2", 2.6); // prettier-ignore

const plate =
  oval(50, 52, 47, 47, "#8a6538", 0.5) +
  oval(50, 50, 47, 47, "#f7f6f2") +
  oval(50, 50, 39, 39, "#dbe4ea");

const leaf = (x: number, y: number, turn: number) =>
  `<g transform="translate(${x} ${y}) rotate(${turn})">${oval(0, -5, 3, 5.5, "#3f9440")}${stroked("M0 0v-9", "#8fd07c", 1)}</g>`;

const garnish = [
  leaf(15, 77, -30),
  leaf(15, 77, 40),
  leaf(85, 77, 30),
  leaf(85, 77, -40),
  oval(15, 79, 2.8, 2.8, "#d8342b"),
  oval(85, 79, 2.8, 2.8, "#d8342b"),
].join("");
