// A craft: a process of nine stages that ends with the thing made.
import type { Random } from "./random.js";
import type { Drawing } from "./scene.js";

export type Stage = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

export interface Craft {
  /** the domain's slug in the catalogue */
  slug: string;
  /** as the prompt says it: "lego model construction process" */
  phrase: string;
  /** false: its material has a colour of its own, and a prompt names none */
  colors: boolean;
  /** false: it stands on a ground of its own (table, paper), and a prompt names no background */
  backgrounds: boolean;
  /** it ends as another thing: the one that is asked for is seen in its first frame */
  endsAsAnother?: true;
  /** the stages that a process of four frames shows; the last is 9 */
  four: readonly [Stage, Stage, Stage, 9];
  /**
   * The SVG inside a viewBox of 0 0 100 100 that shows the work after this stage, its ground included.
   * Stages only add or change a little at a time; what chance decides must be the same in all stages,
   * so `random` begins anew in each. Element ids must begin with the slug.
   */
  draw(drawing: Drawing, stage: Stage, random: Random): string;
}
