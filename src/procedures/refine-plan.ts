// Where new steps go: pure planning. One pass paints two frames between two neighbours; a target
// number is reached by rounds over all gaps, the last round spread evenly over the gaps it can fill.
import { ProcedureError } from "./error.js";

/** The most steps a procedure may have. */
export const MAX_STEPS = 64;

/** One pass between two frames that stand side by side when it runs. */
export interface Pass {
  before: number;
  after: number;
  /** the names of the new frames, in order; one only where the other would be too many */
  created: number[];
}

/** Frames go by number: 0 … count − 1 are there, the rest are created in the order of the passes. */
export interface RefinePlan {
  passes: Pass[];
  /** the finished sequence */
  order: number[];
}

/**
 * One pass between two neighbours.
 * @param between - steps counted from 1, in either order
 */
export function planBetween(count: number, between: readonly [number, number]): RefinePlan {
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
  const pass = { before: a - 1, after: b - 1, created: [count, count + 1] };
  return { passes: [pass], order: insert(range(count), [pass]) };
}

/** As many passes as it takes to have `target` steps in all. */
export function planTarget(count: number, target: number): RefinePlan {
  if (count < 2)
    throw new ProcedureError("bad_target", "steps: a procedure of one step has no gap to refine");
  checkRoom(count);
  if (!Number.isInteger(target) || target <= count || target > MAX_STEPS)
    throw new ProcedureError(
      "bad_target",
      `steps: the procedure has ${count} steps; need a whole number from ${count + 1} to ${MAX_STEPS}, got ${target}`,
    );
  const passes: Pass[] = [];
  let order = range(count);
  while (order.length < target) {
    const gaps = order.length - 1;
    const wanted = Math.min(gaps, Math.ceil((target - order.length) / 2));
    let next = order.length;
    const round = range(wanted).map((i): Pass => {
      const gap = Math.floor(((i + 0.5) * gaps) / wanted);
      const created = range(Math.min(2, target - next)).map((k) => next + k);
      next += created.length;
      return { before: at(order, gap), after: at(order, gap + 1), created };
    });
    order = insert(order, round);
    passes.push(...round);
  }
  return { passes, order };
}

function checkRoom(count: number): void {
  if (count >= MAX_STEPS)
    throw new ProcedureError(
      "bad_target",
      `the procedure has ${count} steps, and ${MAX_STEPS} is the most; refine one with fewer, such as its parent`,
    );
}

function insert(order: readonly number[], passes: readonly Pass[]): number[] {
  return order.flatMap((frame) => [
    frame,
    ...(passes.find((pass) => pass.before === frame)?.created ?? []),
  ]);
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}

function at(order: readonly number[], index: number): number {
  const frame = order[index];
  if (frame === undefined) throw new RangeError(`refine plan: no frame at ${index}`);
  return frame;
}
