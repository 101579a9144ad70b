// Clay toys: balls of coloured clay, pressed into form and joined on a modelling mat.
import type { Craft } from "../craft.js";
import { areaOf, biggest, formed, forming, thingsOf, thinned, type Schedule } from "../forming.js";
import { boundsOf, ellipse, move } from "../geometry.js";
import { gleams, relief, shadows } from "../relief.js";
import { block, ground, layered, traces, wobble } from "../svg.js";
import { ofRole, outlinesOf } from "./shapes.js";

const schedule: Schedule = {
  body: [null, null, 0.35, 0.7, 1, 1, 1, 1, 1],
  part: [null, null, null, null, 0.1, 1, 1, 1, 1],
  detail: [null, null, null, null, null, null, 1, 1, 1],
};

const lines = [18.5, 34, 50, 66, 81.5];
const mat =
  ground("#f0dcb8") +
  block(3, 3, 94, 94, "#c3e4ea", 7) +
  traces(
    lines.flatMap((at) => [
      [[at, 5], [at, 95]] as const,
      [[5, at], [95, at]] as const,
    ]),
    "#a9d3dc",
    0.9,
  ); // prettier-ignore

export const clayToys: Craft = {
  slug: "clay_toys",
  phrase: "clay toys making process",
  colors: true,
  backgrounds: false,
  four: [2, 5, 7, 9],
  draw(drawing, stage, random) {
    const { main } = drawing;
    const shapes = thinned(drawing.shapes);
    const others = [...new Set(shapes.map(({ fill }) => fill))].filter((fill) => fill !== main);
    const lump = { outline: wobble(ellipse(50, 55, 29, 23), random, 3), fill: main };
    const spare = others.slice(0, 3).map((fill, i) => ({
      outline: wobble(ellipse(14 + 14 * i, 11, 5.5, 4.5), random, 0.7),
      fill,
    }));
    const balls = thingsOf(shapes).map((thing) => {
      const { outline, fill } = biggest(ofRole(thing, "body"));
      return { outline: forming(outline, 0), fill };
    });
    const large =
      0.6 * Math.max(0, ...ofRole(shapes, "detail").map(({ outline }) => areaOf(outline)));
    const pieces = formed(shapes, schedule, stage).filter(
      ({ role, outline }) => role !== "detail" || stage > 7 || areaOf(outline) >= large,
    );
    const { left, right, top, bottom } = boundsOf(outlinesOf(shapes));
    const apart = pieces.map((piece) => {
      if (piece.role === "body") return piece;
      const box = boundsOf([piece.outline]);
      const side = Math.sign((box.left + box.right) / 2 - (left + right) / 2);
      const height = Math.sign((box.top + box.bottom) / 2 - (top + bottom) / 2);
      return { ...piece, outline: move(piece.outline, 5 * side, 4 * height) };
    });
    const smoothed = { shine: 0.55, shade: 0.38, edge: 0.8 };
    const pressed = { shine: 0.1 + 0.05 * stage, shade: 0.3, edge: stage < 7 ? 1 : 1.2 };
    const surface = stage < 9 ? pressed : smoothed;
    const id = `${this.slug}-${stage}`;
    return (
      mat +
      layered(
        stage,
        [1, relief(`${id}-spare`, stage === 1 ? [lump, ...spare] : spare, surface), 7],
        [2, relief(id, balls, surface), 2],
        [3, shadows(pieces.length ? pieces : shapes, "#3f6b78", 0.35)],
        [3, relief(id, stage === 5 ? apart : pieces, surface)],
        [9, gleams(pieces, "#ffffff", 0.75)],
      )
    );
  },
};
