// Where a caller's wish puts new steps: into the gap that was named, or into those where most happens.
import { readFile } from "node:fs/promises";
import type { Context } from "./context.js";
import { ProcedureError } from "./error.js";
import { cleanCaptions } from "./input.js";
import type { Procedure } from "./procedure.js";
import { type Distances, measureSteps } from "./refine-distance.js";
import { checkTarget, insert, type Passes, planBetween } from "./refine-plan.js";
import { chooseGaps } from "./refine-target.js";
import type { RefineInput } from "./refine.js";
import type { DrawnStep } from "./steps.js";

export interface Places {
  /** steps that the whole will have */
  frames: number;
  passes: number;
  choose(): Passes;
  /** what is measured between two passes */
  measure?: Distances["measure"];
}

export async function placesFor(
  context: Context,
  parent: Procedure,
  { between, steps: target }: RefineInput,
): Promise<Places> {
  const count = parent.steps.length;
  if (between !== undefined && target === undefined) {
    const pass = planBetween(count, between);
    return { frames: count + 2, passes: 1, choose: () => [pass].values() };
  }
  if (target !== undefined && between === undefined) {
    checkTarget(count, target);
    const steps = await readSteps(context, parent);
    const { all, measure } = await measureSteps(context.pictures, steps);
    const passes = Math.ceil((target - count) / 2);
    return { frames: target, passes, choose: () => chooseGaps(all, target), measure };
  }
  throw new ProcedureError(
    "bad_target",
    "give either between: [a, b], two neighbours counted from 1, or steps, the number of steps that the whole shall have",
  );
}

/** The caller's texts by the number of the frame each is for. */
export function textsByFrame(
  { steps }: Procedure,
  { frames, choose }: Places,
  captions: readonly string[] | undefined,
): Map<number, string> | undefined {
  if (captions === undefined) return undefined;
  const texts = cleanCaptions(captions, frames - steps.length, "captions");
  const order = [...choose()].reduce(
    insert,
    steps.map((_, frame) => frame),
  );
  const fresh = order.filter((frame) => frame >= steps.length);
  return new Map(fresh.map((frame, i) => [frame, texts[i] ?? ""]));
}

/** The steps of a stored procedure with their pictures. */
export function readSteps({ store }: Context, parent: Procedure): Promise<DrawnStep[]> {
  return Promise.all(
    parent.steps.map(async ({ file, ...step }) => ({
      ...step,
      png: await readFile(store.filePath(parent.id, file)),
    })),
  );
}
