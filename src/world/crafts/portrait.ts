// A painted portrait in an oval frame: flat tones, planes of light and shadow, features, lights.
import type { Craft, Stage } from "../craft.js";
import { ellipse } from "../geometry.js";
import { mix } from "../palette.js";
import type { PlacedShape } from "../scene.js";
import { around, darker, fill, gradient, ground, layered, lightness, line, outlined, oval, stroked, wobble } from "../svg.js"; // prettier-ignore
import { modelled, type Band } from "./shading.js";
import { arrivals, centered, massesOf, ofRole } from "./shapes.js";

const opening = ellipse(50, 50, 40, 44);

export const portrait: Craft = {
  slug: "portrait",
  phrase: "portrait painting process",
  colors: true,
  backgrounds: false,
  four: [2, 4, 6, 9],
  draw({ shapes: asked, main }, stage, random) {
    const shapes = centered(asked, 0.76).map((shape) => ({
      ...shape,
      outline: wobble(shape.outline, random, 0.5),
    }));
    const tones = arrivals(massesOf(shapes), 1, 2)(stage);
    const features = ofRole(shapes, "detail");
    const paint = (color: (fill: string) => string) =>
      features.map((shape) => fill(shape.outline, color(shape.fill))).join("");
    const backdrop = lightness(main) < 0.42 ? ["#ecd6a6", "#b99763"] : ["#5d7a73", "#263a35"];
    return layered(
      stage,
      [1, ground(backdrop[1] ?? "")],
      [2, gradient("radial", "portrait-air", ...backdrop) + ground("url(#portrait-air)")],
      [1, tones.map((shape, i) => toned(shape, stage, `portrait-${i}`)).join("")],
      [4, paint((color) => mix(dim(color), "#3a2a28", 0.6)), 4],
      [5, paint((color) => color)],
      [8, gradient("radial", "portrait-edge", "#0c080600", "#0c080600", "#0c0806d0")],
      [8, ground("url(#portrait-edge)")],
      [1, wall],
      [9, line(opening, "#f3cf6c", 3.2) + ornaments],
    );
  },
};

const dim = (color: string, share = 0.35) => mix(color, "#6b5a4a", share);

const shade: Band = { towards: [0.9, 0.45], color: "#2a1420", opacity: 0.42, share: 0.26 };
const light: Band = { towards: [-0.8, -0.6], color: "#ffe9c0", opacity: 0.5, share: 0.16 };
const glint: Band = { towards: [-0.6, -0.8], color: "#ffffff", opacity: 0.85, share: 0.08 };

const toned = ({ outline, fill: color }: PlacedShape, stage: Stage, id: string) =>
  layered(
    stage,
    [1, fill(outline, dim(color)), 3],
    [4, outlined(outline, dim(color), darker(dim(color), 0.3), 0.8), 4],
    [5, outlined(outline, dim(color, 0.15), darker(color, 0.3), 0.8), 5],
    [6, outlined(outline, color, darker(color, 0.3), 0.8), 6],
    [7, outlined(outline, color, darker(color, 0.6), 1.4)],
    [3, modelled(id, outline, shade), 5],
    [6, modelled(id, outline, shade, light), 8],
    [9, modelled(id, outline, shade, light, glint)],
  );

const wall = [
  around(opening, "#6d2f3a"),
  stroked("M3 0v100M97 0v100M8 0v20M92 0v20M8 80v20M92 80v20", "#84414d", 2),
  line(opening, "#4d3518", 8),
  line(opening, "#a57a35", 5),
].join("");

const ornaments = [
  [50, 5],
  [50, 95],
  [9, 50],
  [91, 50],
]
  .map(
    ([x = 0, y = 0]) =>
      oval(x, y, 4.5, 4.5, "#c8963c") + oval(x - 0.8, y - 0.8, 2.4, 2.4, "#fbe7a4"),
  )
  .join("");
