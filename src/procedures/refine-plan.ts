// Where new steps go: passes, each of which paints one or two frames between two neighbours.
import { ProcedureError } from "./error.js";

/** The most steps a procedure may have. */
export const MAX_STEPS = 64;

/**
 * One pass between two frames that stand side by side when it runs. Frames go by number: 0 … count − 1
 * are there, the rest are created in the order of the passes.
 */
export interface Pass {
  before: number;
  after: number;
  /** the new frames, in order; one only where the other would be too many */
  created: number[];
}

/**
 * Chooses the passes one by one. The next one is asked for with the distances from frame to frame that
 * the one before left in its gap; without them all passes are known before anything is painted.
 */
export type Passes = IteratorObject<Pass, unknown, readonly number[] | undefined>;

/**
 * One pass between two neighbours.
 * @param between - steps counted from 1, in either order
 */
export function planBetween(count: number, between: readonly [number, number]): Pass {
  const [a, b] = between[0] < between[1] ? between : [between[1], between[0]];
  if (a < 1 || b > count)
    throw new ProcedureError(
      "no_such_step",
      `between: steps are counted from 1 to ${count}, got [${between.join(", ")}]`,
    );
  if (b - a !== 1)
    throw new ProcedureError(
      "not_neighbours",
      `between: need two neighbours such as [${Math.min(a, count - 1)}, ${Math.min(a, count - 1) + 1}], got [${between.join(", ")}]`,
    );
  checkRoom(count);
  if (count + 2 > MAX_STEPS)
    throw new ProcedureError(
      "bad_target",
      `between: two more would make ${count + 2} steps, ${MAX_STEPS} is the most; ask for steps: ${MAX_STEPS} instead`,
    );
  return { before: a - 1, after: b - 1, created: [count, count + 1] };
}

/** Throws `bad_target` where `target` steps cannot be reached from so many. */
export function checkTarget(count: number, target: number): void {
  if (count < 2)
    throw new ProcedureError("bad_target", "steps: a procedure of one step has no gap to refine");
  checkRoom(count);
  if (!Number.isInteger(target) || target <= count || target > MAX_STEPS)
    throw new ProcedureError(
      "bad_target",
      `steps: the procedure has ${count} steps; need a whole number from ${count + 1} to ${MAX_STEPS}, got ${target}`,
    );
}

function checkRoom(count: number): void {
  if (count >= MAX_STEPS)
    throw new ProcedureError(
      "bad_target",
      `the procedure has ${count} steps, and ${MAX_STEPS} is the most; refine one with fewer, such as its parent`,
    );
}

/** All frames that there are after a pass, in the order in which they are shown. */
export function insert(order: readonly number[], { before, created }: Pass): number[] {
  return order.toSpliced(order.indexOf(before) + 1, 0, ...created);
}
