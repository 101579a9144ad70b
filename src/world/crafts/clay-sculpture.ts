// Clay sculpture: a lump on the wheel is raised, carved, dried, and comes out of the kiln glazed.
import type { Craft } from "../craft.js";
import { formed, scattered, thingsOf, thinned, type Schedule } from "../forming.js";
import { boundsOf, polygon, smooth, type Outline } from "../geometry.js";
import { mix } from "../palette.js";
import { gleams, relief } from "../relief.js";
import { block, darker, dots, gradient, ground, inside, layered, lighter, oval, toned, traces, wobble } from "../svg.js"; // prettier-ignore
import { outlinesOf } from "./shapes.js";

const schedule: Schedule = {
  body: [null, null, null, 0.3, 0.65, 1, 1, 1, 1],
  part: [null, null, null, null, 0.2, 1, 1, 1, 1],
  detail: [null, null, null, null, null, null, 1, 1, 1],
};

/** wet, leather-hard from the sixth stage, dry in the eighth */
const clays = [
  "#7d685b",
  "#7d685b",
  "#826c5e",
  "#866f60",
  "#8b7364",
  "#a08270",
  "#a58874",
  "#c8ab94",
];
/** how much of the glaze is on it: a thin slip goes on while the clay dries */
const slips = [0, 0, 0, 0, 0.04, 0.12, 0.2, 0.42];
const KILN = "#8c4526";

export const claySculpture: Craft = {
  slug: "clay_sculpture",
  phrase: "clay sculpture making process",
  colors: true,
  backgrounds: false,
  four: [2, 4, 7, 9],
  draw(drawing, stage, random) {
    const shapes = thinned(drawing.shapes);
    const id = `${this.slug}-${stage}`;
    const clay = clays[stage - 1] ?? KILN;
    const bare = (color: string) =>
      mix(toned(color, darker(clay), lighter(clay, 0.2)), color, slips[stage - 1] ?? 1);
    const boxes = thingsOf(shapes).map((thing) => boundsOf(outlinesOf(thing)));
    const raised = boxes.flatMap(({ left, right, top, bottom }) => {
      const [x, half, height] = [(left + right) / 2, (right - left) / 2, bottom - top];
      const lump = [
        wobble(dome(x, bottom, half * 0.7, height * 0.45), random, 2.5),
        dome(x, bottom, half * 0.95, height * 0.42),
        vessel(x, bottom, half * 0.62, height * 0.94),
      ][stage - 1];
      return lump ? [{ outline: lump, fill: clay }] : [];
    });
    const pieces = formed(shapes, schedule, stage);
    const wet = [...raised, ...pieces.map((piece) => ({ ...piece, fill: bare(piece.fill) }))];
    const foot = Math.max(...boxes.map(({ bottom }) => bottom));
    const marks = layered(
      stage,
      [2, rings(foot), 5],
      [6, facets, 7],
      [9, block(0, foot - 4.5, 100, 9, KILN) + dots(scattered(random, 42), "#3a2418", 1.5, 0.6)],
    );
    return (
      studio(foot) +
      layered(
        stage,
        [1, relief(id, wet, { shine: 0.25, shade: 0.4, edge: stage < 7 ? 0.7 : 1.5 }), 8],
        [9, relief(id, pieces, { shine: 0.5, shade: 0.5, edge: 1.4, rim: KILN })],
        [
          2,
          inside(
            `${id}-in`,
            wet.map(({ outline }) => outline),
            marks,
          ),
        ],
        [9, gleams(pieces, "#ffffff", 0.9)],
      )
    );
  },
};

const dome = (x: number, foot: number, half: number, height: number): Outline =>
  smooth(
    [x - half, foot - 1],
    [x - half * 0.9, foot - height * 0.6],
    [x, foot - height],
    [x + half * 0.9, foot - height * 0.6],
    [x + half, foot - 1],
    [x, foot + 1],
  );

/** An open cylinder. */
const vessel = (x: number, foot: number, half: number, height: number): Outline =>
  polygon(
    [x - half, foot],
    [x - half * 0.85, foot - height * 0.5],
    [x - half, foot - height],
    [x + half, foot - height],
    [x + half * 0.85, foot - height * 0.5],
    [x + half, foot],
  );

const studio = (foot: number) =>
  gradient("linear", "clay_sculpture-wall", "#3a524e", "#69867f") +
  ground("url(#clay_sculpture-wall)") +
  block(0, 88, 100, 12, "#3b302c") +
  oval(50, foot + 5, 47, 7, "#2a2422") +
  oval(50, foot + 1.5, 47, 7, "#a7a6a4") +
  oval(50, foot + 1, 38, 5, "#c3c2bf") +
  oval(50, foot + 1, 25, 3, "#aeadaa");

const rings = (foot: number) =>
  traces(
    Array.from({ length: 11 }, (_, i) => {
      const y = foot - 3 - 8 * i;
      return [[0, y], [100, y - 3]] as const;
    }),
    "#000000",
    1.3,
    0.28,
  ); // prettier-ignore

const facets = traces(
  Array.from({ length: 9 }, (_, i) => [[12 * i - 4, 100], [12 * i + 8, 0]] as const), // prettier-ignore
  "#ffffff",
  2.2,
  0.12,
);
