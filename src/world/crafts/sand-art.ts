// Sand on a light table: dark where it lies thick, glowing where a finger wiped it away.
import type { Craft } from "../craft.js";
import { ellipse, rect, type Point } from "../geometry.js";
import { mix } from "../palette.js";
import type { Random } from "../random.js";
import { around, dots, fill, gradient, ground, layered, line, mass, outlined, stroked, wobble } from "../svg.js"; // prettier-ignore
import { darknessOf } from "../tone.js";
import { modelled, type Band } from "./shading.js";
import { arrivals, massesOf, ofRole, outlinesOf } from "./shapes.js";

const SAND = "#8f5d2a";
const GLOW = "#ffe7ab";
const DEEP = "#3a210e";

const shade: Band = { towards: [0.8, 0.6], color: DEEP, opacity: 0.5, share: 0.24 };

export const sandArt: Craft = {
  slug: "sand_art",
  phrase: "sand art process",
  colors: false,
  backgrounds: false,
  four: [2, 5, 7, 9],
  draw(drawing, stage, random) {
    const masses = massesOf(drawing.shapes);
    const outlines = outlinesOf(masses);
    const rough = masses.map((shape) => ({
      ...shape,
      outline: wobble(shape.outline, random, 2.5),
    }));
    const grains = Array.from({ length: 120 }, () => grain(random));
    const clearing = wobble(ellipse(50, 50, 45, 44), random, 1.2);
    const poured = outlinesOf(arrivals(rough, 3, 4, 5)(stage));
    const thick = (color: string) => mix("#dfa95c", DEEP, darknessOf(color, drawing));
    const spread = masses.map(
      ({ outline, fill: color }, i) =>
        outlined(outline, thick(color), stage < 8 ? thick(color) : GLOW, stage < 8 ? 0.1 : 2) +
        layered(stage, [7, modelled(`sand_art-${i}`, outline, shade)]),
    );
    const details = ofRole(drawing.shapes, "detail").map(({ outline, fill: color }) =>
      fill(outline, darknessOf(color, drawing) > 0.6 ? DEEP : GLOW),
    );
    return layered(
      stage,
      [1, gradient("radial", "sand_art-light", "#fff3cc", GLOW, "#efb052")],
      [1, ground("url(#sand_art-light)")],
      [1, ground(SAND), 1],
      [2, around(clearing, SAND) + line(clearing, "#c28a45", 2)],
      [1, dots(grains.slice(0, 60), "#c1894a", 1.5) + dots(grains.slice(60), "#5f3b18", 1.5)],
      [3, mass(poured, "#a8722f", 2.5), 3],
      [4, mass(poured, "#c58c42", 2.5) + mass(poured, "#a8722f"), 4],
      [5, mass(poured, "#c58c42", 1.5) + mass(poured, "#8a5823"), 5],
      [9, mass(outlines, DEEP, 1.8)],
      [6, mass(outlines, GLOW, 1.4), 8],
      [6, spread.join("")],
      [8, details.join("")],
      [9, swirls],
      [1, wood],
    );
  },
};

/** Near the border, where nobody wipes. */
function grain(random: Random): Point {
  const angle = random.between(0, 2 * Math.PI);
  const reach = random.between(47, 64);
  return [50 + reach * Math.cos(angle), 50 + reach * Math.sin(angle)];
}

const swirls = stroked(
  "M8 28q2-18 20-20M92 72q-2 18-20 20M10 80q2 10 12 11M90 20q-2-10-12-11",
  GLOW,
  1.8,
  0.9,
);

const frame = rect(4, 4, 92, 92);
const wood = around(frame, "#3b2a20") + line(frame, "#6d4c33", 1.6);
