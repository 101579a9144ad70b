// Fabric toys: loose tufts of wool, a felted core, parts sewn on with seams, and buttons, on a cloth.
import type { Craft } from "../craft.js";
import {
  areaOf,
  biggest,
  centerOf,
  formed,
  forming,
  thingsOf,
  thinned,
  type Schedule,
} from "../forming.js";
import { boundsOf, ellipse, move, toPath, type Outline } from "../geometry.js";
import { mix } from "../palette.js";
import { lights, shadows, type Piece } from "../relief.js";
import { darker, ground, layered, lighter, lightness, oval, trace, wobble } from "../svg.js"; // prettier-ignore
import { ofRole, outlinesOf } from "./shapes.js";

const schedule: Schedule = {
  body: [null, null, null, 0.75, 1, 1, 1, 1, 1],
  part: [null, null, null, null, null, 0.3, 1, 1, 1],
  detail: [null, null, null, null, null, null, null, 1, 1],
};
/** Core wool, before the good wool is wrapped around it. */
const raw = (color: string) => mix("#efe4cf", color, 0.3);

export const fabricToys: Craft = {
  slug: "fabric_toys",
  phrase: "fabric toy making process",
  colors: true,
  backgrounds: false,
  four: [2, 5, 7, 9],
  draw(drawing, stage, random) {
    const { main } = drawing;
    const shapes = thinned(drawing.shapes);
    const id = `${this.slug}-${stage}`;
    const fills = [...new Set(shapes.map((shape) => shape.fill))].filter((color) => color !== main);
    const tufts = [main, ...fills.slice(0, 3)].map((color, i) => ({
      outline: i
        ? wobble(ellipse(24 * i + 2, 80, 9, 7), random, 2)
        : wobble(ellipse(44, 26, 24, 15), random, 3),
      fill: color,
    }));
    const cores = thingsOf(shapes).map((thing) => {
      const outline = forming(biggest(ofRole(thing, "body")).outline, 0);
      return { outline, fill: raw(thing.some(({ first }) => first) ? main : biggest(thing).fill) };
    });
    const pieces = formed(shapes, schedule, stage);
    const { left, right } = boundsOf(outlinesOf(shapes));
    const loose = pieces.map((piece) => {
      if (piece.role === "body") return piece;
      const side = Math.sign(centerOf(piece.outline)[0] - (left + right) / 2);
      return { ...piece, outline: move(piece.outline, 3 * side, 0) };
    });
    const sewn = pieces.filter(({ role, outline }) => role !== "detail" && areaOf(outline) > 90);
    const buttons = pieces.filter(
      ({ role, fill: color, outline }) =>
        role === "detail" && lightness(color) < 0.3 && areaOf(outline) < 90,
    );
    const firm = wool(`${id}-firm`, cores, 3);
    const soft = wool(`${id}-soft`, cores.map(puffed), 5);
    const bare = pieces.map((piece) => ({ ...piece, fill: raw(piece.fill) }));
    return (
      cloth +
      layered(
        stage,
        [1, wool(`${id}-tuft`, tufts, 7), 1],
        [2, soft, 2],
        [3, firm, 3],
        [4, shadows(shapes, "#6b5a48", 0.35)],
        [4, wool(`${id}-bare`, bare, 3.4), 4],
        [5, wool(id, stage === 6 ? loose : pieces, stage < 9 ? 3.4 : 2)],
        [8, buttons.map(({ outline }) => button(outline)).join("")],
        [9, sewn.map(seam).join("")],
        [3, needle, 7],
      )
    );
  },
};

/** Its border is a dashed line, whose dashes stand out like hairs. */
const wool = (id: string, pieces: readonly Piece[], hair: number) =>
  lights(id, pieces, { shine: 0.22, shade: 0.24 }) +
  pieces
    .map(
      ({ outline, fill: color }) =>
        `<path d="${toPath(outline)}" fill="url(#${id}-${color.slice(1)})" stroke="${darker(color, 0.12)}" stroke-width="${hair}" stroke-dasharray=".9 1"/>`,
    )
    .join("");

const grown = (outline: Outline, scale: number) => {
  const [x, y] = centerOf(outline);
  return move(outline, x * (1 - scale), y * (1 - scale), scale);
};

/** Before it is stabbed firm. */
const puffed = (core: Piece) => ({ ...core, outline: grown(core.outline, 1.25) });

const seam = ({ outline, fill: color }: Piece) =>
  `<path d="${toPath(grown(outline, 0.84))}" fill="none" stroke="${lightness(color) > 0.55 ? darker(color, 0.5) : lighter(color, 0.6)}" stroke-width="1.3" stroke-dasharray="2.6 2"/>`;

function button(outline: Outline): string {
  const [x, y] = centerOf(outline);
  return oval(x, y, 3.2, 3.2, "#1c1c20") + oval(x - 0.9, y - 0.9, 1.2, 1.2, "#ffffff");
}

const needle = trace([[91, 6], [79, 27]], "#8d97a1", 1.6); // prettier-ignore

/** Gingham. */
const cloth =
  ground("#fdf6ea") +
  `<g fill="#e8a9a0" fill-opacity=".38">${[2, 22, 42, 62, 82].map((at) => `<path d="M${at} 0h10v100h-10zM0 ${at}h100v10h-100z"/>`).join("")}</g>`;
