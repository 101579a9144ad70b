// The parts of a robot that is 84 units high and stands on y = 92; its skin has the colour asked for.
import { polygon, rect, roundedRect, type Outline } from "../geometry.js";
import { dots, outlined } from "../svg.js";

const STEEL = "#8e97a5";
export const DARK = "#2b303b";

export const piece = (outline: Outline, color: string): string =>
  outlined(outline, color, DARK, 1.3);

/** On the left, and mirrored. */
const both = (draw: (at: (x: number) => number) => string) => draw((x) => x) + draw((x) => 100 - x);

export const arms = (skin: string) =>
  both((at) =>
    [
      piece(polygon([at(34), 34], [at(16), 36], [at(16), 46], [at(34), 42]), STEEL),
      piece(polygon([at(13), 42], [at(25), 42], [at(24), 64], [at(12), 64]), skin),
      piece(polygon([at(12), 64], [at(23), 64], [at(22), 72], [at(13), 72]), DARK),
    ].join(""),
  );

export const legs = (skin: string) =>
  both((at) =>
    [
      piece(polygon([at(37), 58], [at(48), 58], [at(46), 74], [at(34), 74]), STEEL),
      piece(polygon([at(32), 70], [at(47), 70], [at(47), 90], [at(29), 90]), skin),
    ].join(""),
  );

export const feet = both((at) =>
  piece(polygon([at(24), 92], [at(28), 86], [at(46), 86], [at(48), 92]), DARK),
);

export const torso = (skin: string) =>
  piece(polygon([40, 54], [60, 54], [63, 64], [37, 64]), STEEL) +
  piece(polygon([26, 28], [74, 28], [68, 58], [32, 58]), skin);

export const head = (skin: string) =>
  piece(rect(45, 22, 10, 7), STEEL) +
  piece(polygon([37, 6], [41, 12], [59, 12], [63, 6], [61, 24], [39, 24]), skin) +
  piece(roundedRect(42, 13, 16, 11, 2), STEEL);

export const eyes = dots([[46.5, 17.5], [53.5, 17.5]], "#37e6ff", 4); // prettier-ignore
