// The rows of the tables: where a sequence comes from. What is true, shuffled or nothing but noise says
// what a number of the model's means.
import type { Raster } from "../raster.js";
import { randomFrom } from "../world/index.js";
import { trueFrames, type Asked } from "./asked.js";
import type { Painted, Painter } from "./painter.js";

export interface Row {
  name: string;
  /** its steps are held against the true ones too */
  compared?: boolean;
  /** costs a page, and says little more with five hundred */
  few?: boolean;
  /** whether the model can be asked for it */
  isFor?(painter: Painter): boolean;
  frames(asked: Asked, truth: readonly Raster[], painter: Painter): Promise<Painted> | Painted;
}

const known = (frames: readonly Raster[]): Painted => ({ frames, givenDb: undefined });

export const rows: readonly Row[] = [
  { name: "true", frames: (_, truth) => known(truth) },
  {
    name: "shuffled",
    compared: true,
    frames: ({ seed }, truth) => known(randomFrom(`shuffled ${seed}`).shuffle(truth)),
  },
  {
    name: "repeated",
    compared: true,
    frames: (_, truth) => known(truth.map(() => truth.at(-1)!)),
  },
  {
    name: "noise",
    compared: true,
    few: true,
    frames: (asked, _, painter) => painter.noise(asked),
  },
  {
    name: "base",
    few: true,
    frames: (asked, _, painter) => painter.generate(asked, { adapters: [] }),
  },
  { name: "model", frames: (asked, _, painter) => painter.generate(asked) },
  {
    name: "recraft",
    compared: true,
    few: true,
    isFor: ({ canRecraft }) => canRecraft,
    async frames(asked, _, painter) {
      const given = (await trueFrames(asked, painter.frames, painter.cellPx)).at(-1)!;
      return painter.recraft(asked, given);
    },
  },
];
