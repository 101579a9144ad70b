// ZBrush: in a dark viewport a grey sphere is pulled into masses, meshed, detailed and polypainted.
import type { Craft } from "../craft.js";
import { formed, scattered, thingsOf, thinned, type Schedule } from "../forming.js";
import { boundsOf, ellipse, type Point } from "../geometry.js";
import { mix } from "../palette.js";
import { gleams, relief, shadows } from "../relief.js";
import { block, dots, gradient, ground, hatching, inside, layered, lighter, toned, traces } from "../svg.js"; // prettier-ignore
import { outlinesOf } from "./shapes.js";

const schedule: Schedule = {
  body: [null, 0.2, 0.45, 0.75, 1, 1, 1, 1, 1],
  part: [null, null, 0, 0.4, 1, 1, 1, 1, 1],
  detail: [null, null, null, null, null, null, 1, 1, 1],
};

export const zbrush: Craft = {
  slug: "zbrush",
  phrase: "ZBrush sculpting process",
  colors: true,
  backgrounds: false,
  four: [2, 4, 7, 9],
  draw(drawing, stage, random) {
    const shapes = thinned(drawing.shapes);
    const id = `${this.slug}-${stage}`;
    const spheres = thingsOf(shapes).map((thing) => {
      const { left, right, top, bottom } = boundsOf(outlinesOf(thing));
      const radius = Math.min(right - left, bottom - top) / 2;
      return { outline: ellipse((left + right) / 2, bottom - radius, radius), fill: GREY };
    });
    const pieces = formed(shapes, schedule, stage);
    const grey = pieces.map((piece) => ({
      ...piece,
      fill: mix(toned(piece.fill, "#6d6f73", "#c3c5c8"), piece.fill, painted[stage - 1] ?? 1),
    }));
    const mass = [...(stage === 1 ? spheres : []), ...pieces].map(({ outline }) => outline);
    const middle = boundsOf(outlinesOf(shapes.filter(({ first }) => first)));
    const axis = (middle.left + middle.right) / 2;
    const surface = layered(
      stage,
      [1, mesh(8, 0.4), 4],
      [5, mesh(5.5, 0.4), 5],
      [7, mesh(3.6, 0.2), 7],
      [8, dots(scattered(random, 60), "#26282c", 1.8, 0.5)],
    );
    const rendered = { shine: 0.45, shade: 0.6, edge: 1, rim: lighter(drawing.light, 0.25) };
    return (
      viewport +
      layered(
        stage,
        [1, shadows(shapes, "#000000", 0.3)],
        [1, relief(id, spheres, { shine: 0.55, shade: 0.5 }), 1],
        [2, relief(id, grey, { shine: 0.5, shade: 0.5, edge: stage < 6 ? 0.3 : 1.5 }), 8],
        [1, inside(`${id}-in`, mass, surface), 8],
        [1, block(axis - 0.5, 12, 1, 80, "#ff5a3c"), 4],
        [9, relief(id, pieces, rendered) + gleams(pieces, "#ffffff", 0.6)],
      )
    );
  },
};

/** A first, thin polypaint lets the forms be judged; how much of it shows after each stage. */
const painted = [0, 0, 0.06, 0.12, 0.2, 0.28, 0.4, 0.55, 1];

const GREY = "#a4a6aa";

const mesh = (gap: number, opacity: number) =>
  traces([...hatching(gap, 0.35), ...hatching(gap, 0).map(upright)], "#2c2e33", 0.7, opacity);

const upright = (points: readonly Point[]) => points.map(([x, y]): Point => [y, x]);

/** A floor of lines in perspective, brushes on the left, menus above. */
const viewport =
  gradient("radial", "zbrush-view", "#5b5f66", "#2a2c31") +
  ground("url(#zbrush-view)") +
  traces(
    [
      ...[74, 79, 86, 95].map((y) => [[0, y], [100, y]] as const),
      ...[-4, -2, -1, 0, 1, 2, 4].map((i) => [[50 + 9 * i, 70], [50 + 22 * i, 100]] as const),
    ],
    "#8d929b",
    0.7,
    0.6,
  ) +
  block(0, 0, 100, 6, "#17181b") +
  block(0, 6, 6, 94, "#1f2024") +
  [12, 20, 28, 36, 44].map((y, i) => block(1, y, 4, 5, i === 1 ? "#f08a24" : "#4b4e55", 1)).join("") +
  block(2, 1.5, 10, 3, "#f08a24", 1) +
  [15, 26, 37].map((x) => block(x, 1.5, 8, 3, "#4b4e55", 1)).join(""); // prettier-ignore
