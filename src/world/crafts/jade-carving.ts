// Jade carving: a rough stone is sawn, ground, carved and polished until it gleams on dark velvet.
import type { Craft } from "../craft.js";
import { biggest, formed, hewn, thingsOf, thinned, type Schedule } from "../forming.js";
import { boundsOf, polygon } from "../geometry.js";
import { mix } from "../palette.js";
import { gleams, relief, rim } from "../relief.js";
import type { PlacedShape } from "../scene.js";
import { block, darker, fill, gradient, ground, inside, layered, lighter, lightness, line, oval, wobble } from "../svg.js"; // prettier-ignore
import { massesOf, ofRole, outlinesOf } from "./shapes.js";

const schedule: Schedule = {
  body: [null, null, null, null, 0.7, 1, 1, 1, 1],
  part: [null, null, null, null, 0.3, 1, 1, 1, 1],
  detail: [null, null, null, null, null, null, 1, 1, 1],
};
const SKIN = "#84705c";

export const jadeCarving: Craft = {
  slug: "jade_carving",
  phrase: "jade carving process",
  colors: true,
  backgrounds: false,
  four: [2, 4, 7, 9],
  draw(drawing, stage, random) {
    const shapes = thinned(drawing.shapes);
    const id = `${this.slug}-${stage}`;
    const things = thingsOf(shapes).map((thing) => {
      const stone = thing.some(({ first }) => first) ? drawing.main : biggest(thing).fill;
      return { stone, shapes: thing.map((shape) => ({ ...shape, fill: cutFrom(stone, shape) })) };
    });
    const rough = things.map(({ stone, shapes: thing }) => {
      const outlines = outlinesOf(thing);
      const masses = massesOf(thing);
      const boulder = wobble(hewn(outlines, 9, 5), random, 2);
      const sawn = hewn(outlines, 8, 1.5);
      return { stone, boulder, sawn, ground: masses.map(({ outline }) => hewn([outline], 7, 1)) };
    });
    const dull = (color: string) => mix(color, "#b9b4a8", roughness[stage - 1] ?? 0);
    const made = things.flatMap((thing) => formed(thing.shapes, schedule, stage));
    const matte = made.map((piece) => ({ ...piece, fill: dull(piece.fill) }));
    const polished = massesOf(made);
    const fine = ofRole(made, "detail");
    const { left, right, top, bottom } = boundsOf(outlinesOf(shapes));
    const skin = rough.map(({ boulder }) => ({ outline: boulder, fill: SKIN }));
    const window = rough.map(({ stone, boulder }, i) =>
      inside(
        `${id}-window${i}`,
        [boulder],
        fill(wobble(hewn([boulder], 7, -9), random, 3), dull(stone)),
      ),
    );
    const drawn = shapes.map(({ outline }) => line(outline, "#17131a", 1.3, 0.8)).join("");
    const sawn = rough.map((stone) => ({ outline: stone.sawn, fill: dull(stone.stone) }));
    const coarse = rough.flatMap(({ ground: masses, stone }) =>
      masses.map((outline) => ({ outline, fill: dull(stone) })),
    );
    const glow = polished
      .map(({ outline, fill: color }) => rim(outline, 0.9, 1, lighter(color, 0.6), 0.6))
      .join("");
    const bright = { shine: 0.55, shade: 0.35, edge: 0.6 };
    return (
      velvet(left, right, bottom) +
      layered(
        stage,
        [1, relief(`${id}-skin`, skin, { shine: 0.25, shade: 0.5, edge: 1 }) + window.join(""), 2],
        [3, relief(`${id}-sawn`, sawn, { shine: 0.15, shade: 0.35, edge: 2.4 }), 3],
        [2, drawn, 3],
        [4, relief(`${id}-coarse`, coarse, { shine: 0.2, shade: 0.4, edge: 0.6 }), 4],
        [5, relief(id, matte, { shine: 0.15, shade: 0.35, edge: 1 }), 8],
        [9, relief(`${id}-mass`, polished, bright) + glow],
        [9, relief(`${id}-fine`, fine, { ...bright, edge: 1.2 })],
        [9, gleams([...polished, ...fine], "#ffffff", 0.95) + sparkle(left + 4, top + 4)],
      )
    );
  },
};

/** How much dust and scratches take from the colour. */
const roughness = [0.62, 0.6, 0.5, 0.46, 0.42, 0.38, 0.32, 0.16];

/** All of one stone: other colours are only lighter or darker places of it. */
const cutFrom = (stone: string, { fill: color }: PlacedShape) => {
  const tone = lightness(color) - lightness(stone);
  return color === stone
    ? stone
    : tone < 0
      ? darker(stone, Math.min(0.6, 0.15 - tone))
      : lighter(stone, Math.min(0.5, 0.15 + tone));
};

const velvet = (left: number, right: number, foot: number) =>
  gradient("radial", "jade_carving-velvet", "#5b2036", "#1d0912") +
  ground("url(#jade_carving-velvet)") +
  oval((left + right) / 2, foot + 3, (right - left) * 0.62, 5, "#150508", 0.6) +
  block(left - 5, foot - 1, right - left + 10, 4.5, "#7a4a1e", 1.5) +
  block(left - 1, foot + 3, right - left + 2, 4, "#4d2b10", 1.5);

const sparkle = (x: number, y: number) =>
  fill(polygon([x, y - 7], [x + 1.4, y - 1.4], [x + 7, y], [x + 1.4, y + 1.4], [x, y + 7], [x - 1.4, y + 1.4], [x - 7, y], [x - 1.4, y - 1.4]), "#ffffff"); // prettier-ignore
