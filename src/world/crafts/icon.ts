// An icon on an artboard: primitives on a grid, merged into one silhouette, then a second colour,
// details, gloss, and the same icon at the smallest size.
import type { Craft } from "../craft.js";
import { areaOf } from "../forming.js";
import { boundsOf, ellipse, rect, roundedRect, type Outline } from "../geometry.js";
import { mix } from "../palette.js";
import type { PlacedShape } from "../scene.js";
import { block, fill, ground, inside, layered, lightness, line, mass, outlined, oval, placed, stroked } from "../svg.js"; // prettier-ignore
import { arrivals, centered, inOwnColors, massesOf, ofRole, outlinesOf } from "./shapes.js";

const INK = "#262a3c";
const GUIDE = "#3d8bfd";
const tile = roundedRect(9, 9, 82, 82, 19);

export const icon: Craft = {
  slug: "icon",
  phrase: "icon design process",
  colors: true,
  backgrounds: false,
  four: [2, 5, 7, 9],
  draw({ shapes: asked, main }, stage) {
    const shapes = centered(asked, 0.78);
    const masses = massesOf(shapes);
    const outlines = outlinesOf(masses);
    const simple = arrivals(masses, 4, 5)(stage).map(primitive);
    const tint = lightness(main) > 0.85 ? "#6d7fa8" : mix(main, "#ffffff", 0.74);
    const colored = masses.map(({ outline, fill: color }) => outlined(outline, color, INK, 1.6));
    const picture = layered(
      stage,
      [6, mass(outlines, INK, 2)],
      [6, mass(outlines, main), 6],
      [7, colored.join("")],
      [8, inOwnColors(ofRole(shapes, "detail"))],
    );
    return layered(
      stage,
      [1, artboard],
      [2, outlined(tile, "#ffffff", INK, 1), 2],
      [3, fill(tile, tint)],
      [9, gloss],
      [3, guides, 8],
      [4, simple.map((outline) => outlined(outline, main, GUIDE, 1)).join(""), 5],
      [6, picture],
      [8, line(tile, INK, 2.4)],
      [9, chip(tint, picture)],
    );
  },
};

/** The square or circle that an outline nearly fills; what fills neither stays as it is. */
function primitive({ outline }: PlacedShape): Outline {
  const { left, top, right, bottom } = boundsOf([outline]);
  const [width, height] = [right - left, bottom - top];
  const share = areaOf(outline) / (width * height);
  if (share < 0.6) return outline;
  return share > 0.88
    ? rect(left, top, width, height)
    : ellipse(left + width / 2, top + height / 2, width / 2, height / 2);
}

const cross = (at: number) => `M${at} 0v100M0 ${at}h100`;

const handle = (x: number, y: number) => block(x - 2.2, y - 2.2, 4.4, 4.4, GUIDE);

const artboard = [
  ground("#dfe2e9"),
  stroked([10, 20, 30, 40, 60, 70, 80, 90].map(cross).join(""), "#c6cbd6", 0.7),
  stroked(cross(50), "#aeb5c4", 1),
  line(rect(4, 4, 92, 92), GUIDE, 0.8),
  ...[4, 50, 96].flatMap((x) => [4, 96].map((y) => handle(x, y))),
].join("");

const guides =
  stroked(cross(50), GUIDE, 0.7, 0.7) +
  `<circle cx="50" cy="50" r="33" fill="none" stroke="${GUIDE}" stroke-width=".7"/>`;

const gloss = inside("icon-tile", [tile], oval(30, 4, 60, 30, "#ffffff", 0.28));

/** At small size, in the corner. */
const chip = (tint: string, picture: string) =>
  placed(73, 73, 0.25, chipFrame, block(2, 2, 96, 96, tint, 20), picture);

const chipFrame = block(-6, -6, 112, 112, "#ffffff", 26);
