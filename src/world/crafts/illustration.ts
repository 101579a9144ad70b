// A flat illustration on a grey page, layered from back to front; patterns and a small surprise at the end.
import type { Craft } from "../craft.js";
import { areaOf } from "../forming.js";
import { ellipse, smooth, type Outline } from "../geometry.js";
import { mix } from "../palette.js";
import { around, block, darker, dots, fill, ground, layered, lighter, lightness, line, mass, outlined, oval, pattern, traces } from "../svg.js"; // prettier-ignore
import { modelled, type Band } from "./shading.js";
import { inOwnColors, massesOf, ofRole, outlinesOf } from "./shapes.js";

const PAGE = "#8b8d92";
const INK = "#2c2a45";
const disc = ellipse(50, 50, 44);

const light: Band = { towards: [-0.8, -0.6], color: "#ffffff", opacity: 0.4, share: 0.2 };

export const illustration: Craft = {
  slug: "illustration",
  phrase: "flat illustration process",
  colors: true,
  backgrounds: true,
  four: [3, 5, 6, 9],
  draw({ shapes, background }, stage, random) {
    const plain = background.name === "white";
    const sky = plain ? "#f3ecdd" : background.sky;
    const earth = plain ? "#d9ccb4" : background.ground;
    const masses = massesOf(shapes);
    const tile = random.pick(tiles);
    const bySize = masses.toSorted((a, b) => areaOf(b.outline) - areaOf(a.outline));
    const largest = new Set(bySize.slice(0, 2));
    const flat = masses.map((shape, i) => {
      const { outline, fill: color } = shape;
      const id = `illustration-${i}`;
      return layered(
        stage,
        [6, fill(outline, color), 7],
        [8, outlined(outline, color, INK, 1.6)],
        [7, modelled(`${id}-light`, outline, light)],
        [9, largest.has(shape) ? patterned(id, outline, color, tile) : ""],
      );
    });
    return layered(
      stage,
      [1, ground(PAGE) + fill(disc, sky)],
      [2, behind(sky, earth)],
      [3, fill(mound, earth)],
      [4, line(mound, INK, 0.9) + line(hill, INK, 0.9)],
      [1, around(disc, PAGE)],
      [4, line(disc, INK, 1.4)],
      [5, mass(outlinesOf(masses), lightness(sky) < 0.4 ? "#7a6fa3" : INK), 5],
      [8, flowers],
      [6, flat.join("")],
      [8, inOwnColors(ofRole(shapes, "detail"))],
      [9, surprise],
    );
  },
};

const flowers =
  dots([[13, 76], [22, 84], [79, 84], [88, 76]], "#f4f0e4", 5) +
  dots([[13, 76], [22, 84], [79, 84], [88, 76]], "#e2902c", 2.2); // prettier-ignore

const mound: Outline = smooth([-10, 78], [20, 73], [50, 70], [80, 73], [110, 78], [110, 120], [-10, 120]); // prettier-ignore
const hill: Outline = smooth([10, 78], [24, 55], [40, 70], [58, 48], [80, 62], [96, 80], [50, 95]);

const behind = (sky: string, earth: string) =>
  oval(28, 24, 10, 4.5, lighter(sky, 0.55)) +
  oval(36, 21, 8, 5, lighter(sky, 0.55)) +
  oval(72, 28, 7, 7, mix(sky, "#f6c445", 0.65)) +
  fill(hill, mix(darker(sky, 0.15), earth, 0.45));

/** Over a colour, a little lighter; darker over a light one. */
const patterned = (id: string, outline: Outline, color: string, tile: Tile) =>
  pattern(id, 9, 30, tile(lightness(color) > 0.8 ? darker(color, 0.25) : lighter(color, 0.4))) +
  fill(outline, `url(#${id})`);

type Tile = (paint: string) => string;

const tiles: readonly Tile[] = [
  (paint) => dots([[2.5, 2.5], [7, 7]], paint, 2.6),
  (paint) => block(0, 0, 9, 2.2, paint),
  (paint) => block(0, 3, 9, 1.5, paint) + block(3, 0, 1.5, 9, paint),
]; // prettier-ignore

/** A ladybird on the page. */
const surprise =
  oval(90, 92, 6, 5, "#d8342b") +
  oval(84.5, 92, 2.6, 3.2, INK) +
  dots([[89, 90], [92.5, 93.5]], INK, 2.2) +
  traces([[[85, 90], [96, 92]]], INK, 0.8); // prettier-ignore
