// Emoji: a bright base in a guide circle, made round by a gradient, then a face that reads at text size.
import type { Craft } from "../craft.js";
import { thingsOf, thinned } from "../forming.js";
import { boundsOf, ellipse, roundedRect, polygon } from "../geometry.js";
import { gleams, relief } from "../relief.js";
import { block, fill, ground, layered, line } from "../svg.js";
import { accentsIn, eyesIn, faceOf, laughIn, smileIn } from "./face.js";
import { massesOf, ofRole, outlinesOf } from "./shapes.js";

export const emoji: Craft = {
  slug: "emoji",
  phrase: "emoji design process",
  colors: true,
  backgrounds: false,
  four: [3, 4, 6, 9],
  draw(drawing, stage) {
    const shapes = thinned(drawing.shapes);
    const id = `${this.slug}-${stage}`;
    const bases = ofRole(shapes, "body");
    const faces = thingsOf(shapes).map(faceOf);
    const { left, right, top, bottom } = boundsOf(outlinesOf(shapes));
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    const circle = ellipse(x, y, Math.max(right - left, bottom - top) / 2);
    const guides =
      line(circle, "#5b8def", 0.9) +
      block(x - 0.3, 5, 0.6, 84, "#9bbaf5") +
      block(6, y - 0.3, 88, 0.6, "#9bbaf5");
    const surface = { shine: 0.4, shade: 0.3, edge: stage < 4 ? 0.5 : stage < 5 ? 1.1 : 1.7 };
    const shown = stage < 6 ? massesOf(shapes) : shapes;
    const made = layered(
      stage,
      [2, bases.map(({ outline, fill: color }) => fill(outline, color)).join(""), 2],
      [3, relief(id, stage < 4 ? bases : shown, surface)],
      [5, faces.map(smileIn).join(""), 6],
      [6, faces.map((face) => eyesIn(face, 0.85)).join(""), 6],
      [7, faces.map((face) => laughIn(face) + eyesIn(face, 1.2)).join("")],
      [8, faces.map(accentsIn).join("") + gleams(shapes, "#ffffff", 0.55)],
    );
    const chips = chip(74, "#f3f5fa", `${id}-made`) + chip(86.5, "#22262f", `${id}-made`);
    return (
      bubble + layered(stage, [1, guides, 2], [1, `<g id="${id}-made">${made}</g>`], [9, chips])
    );
  },
};

/** At text size, on light and on dark. */
const chip = (left: number, color: string, made: string) =>
  block(left, 89, 11, 10, color, 3) +
  `<use href="#${made}" transform="translate(${left + 0.8} 89.2) scale(.095)"/>`;

/** In a chat. */
const bubble =
  ground("#bcd3f2") +
  fill(polygon([10, 86], [4, 98], [26, 88]), "#ffffff") +
  fill(roundedRect(3, 3, 94, 87, 9), "#ffffff");
