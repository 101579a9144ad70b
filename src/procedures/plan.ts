// A procedure that can be made: everything that could be refused has been looked at, everything that was
// left open is chosen, and nothing is painted yet.
import type { GenerateInput } from "./generate.js";
import type { MakeOptions } from "./paint.js";
import type { Procedure } from "./procedure.js";
import type { RecraftInput } from "./recraft.js";
import type { RefineInput } from "./refine.js";

/** What is asked for. Asked for again, it makes the same procedure again. */
export type Request =
  | { verb: "generate"; input: GenerateInput }
  | { verb: "recraft"; input: RecraftInput }
  | { verb: "refine"; input: RefineInput };

export interface Plan {
  request: Request;
  domain: string;
  subject: string;
  /** steps that there are before anything is painted */
  framesReady: number;
  /** steps that the whole will have */
  frames: number;
  /** pages to paint */
  pages: number;
  make(options?: MakeOptions): Promise<Procedure>;
}
