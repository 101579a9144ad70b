// Blueprint: a style that no craft has, white lines on blue paper. A style is a craft without a process:
// it draws the finished picture at every stage.
import type { Craft } from "./craft.js";
import { boundsOf } from "./geometry.js";
import { ground, line, outlined, pattern, stroked } from "./svg.js";

const PAPER = "#1d4fa3";
const FILLED = "#2a5fb8";
const RULES = "#3a6fc4";
const INK = "#f4f8ff";

/** The ground, what is filled and the rules, as red, green and blue. */
export const blueprintBlues = [PAPER, FILLED, RULES].map((color) =>
  [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16)),
);

export const blueprint: Craft = {
  slug: "blueprint",
  phrase: "blueprint",
  colors: false,
  backgrounds: false,
  four: [9, 9, 9, 9],
  draw({ shapes }) {
    const { left, right, top, bottom } = boundsOf(shapes.map(({ outline }) => outline));
    const below = Math.min(96, bottom + 5);
    const beside = Math.max(4, left - 5);
    return [
      ground(PAPER),
      `<defs>${pattern("blueprint-rules", 10, 0, stroked("M0 0H10M0 0V10", RULES, 0.9))}</defs>`,
      `<path d="M0 0H100V100H0Z" fill="url(#blueprint-rules)"/>`,
      ...shapes.map(({ outline, role }) =>
        role === "detail" ? line(outline, INK, 1.2) : outlined(outline, FILLED, INK, 1.8),
      ),
      stroked(
        `M${left} ${below}H${right}M${left} ${below - 2}v4M${right} ${below - 2}v4`,
        INK,
        1.1,
      ),
      stroked(
        `M${beside} ${top}V${bottom}M${beside - 2} ${top}h4M${beside - 2} ${bottom}h4`,
        INK,
        1.1,
      ),
      stroked("M2.5 2.5H97.5V97.5H2.5Z", INK, 1.4),
    ].join("");
  },
};
