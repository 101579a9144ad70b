// Where new steps go when the whole shall have so many: pass by pass into the gap where most happens. What
// a pass came to can be measured before the next is chosen; else it is taken to part its gap evenly.
import type { Pass } from "./refine-plan.js";

/** Two neighbours. */
interface Gap {
  before: End;
  after: End;
  /** how much happens from one to the other */
  distance: number;
  /** how many passes running left it nearly as it was */
  inVain: number;
}

interface End {
  frame: number;
  /** 0: it was there; else one more than of the frames it is painted from, whose errors add up */
  generation: number;
}

/** A part that holds more than so much of its gap was painted in vain. */
const VAIN = 2 / 3;
/** After so many passes in vain it is a jump that the painter cannot part … */
const PATIENCE = 2;
/** … and counts so much, that steps are not spent on it for ever. */
const DOUBT = 0.05;

/**
 * As few passes as there can be; the last one paints a single frame where two would be too many.
 * @param distances - of each step and the next
 */
export function* chooseGaps(
  distances: readonly number[],
  target: number,
): Generator<Pass, void, readonly number[] | undefined> {
  let gaps = distances.map((distance, i): Gap => ({
    before: old(i),
    after: old(i + 1),
    distance,
    inVain: 0,
  }));
  for (let frame = distances.length + 1; frame < target; frame += 2) {
    const widest = gaps.reduce((best, gap) => (isWider(gap, best) ? gap : best));
    const created = frame + 1 < target ? [frame, frame + 1] : [frame];
    const measured = yield { before: widest.before.frame, after: widest.after.frame, created };
    gaps = gaps.flatMap((gap) => (gap === widest ? divide(gap, created, measured) : [gap]));
  }
}

/** Where as much happens, between frames that are nearer to those that were there. */
function isWider(gap: Gap, than: Gap): boolean {
  const more = worthOf(gap) - worthOf(than);
  return more > 0 || (more === 0 && generationsOf(gap) < generationsOf(than));
}

function worthOf({ distance, inVain }: Gap): number {
  return inVain < PATIENCE ? distance : DOUBT * distance;
}

function divide(
  { before, after, distance, inVain }: Gap,
  created: readonly number[],
  measured?: readonly number[],
): Gap[] {
  const generation = 1 + Math.max(before.generation, after.generation);
  const ends = [...created.map((frame) => ({ frame, generation })), after];
  return ends.map((end, i) => {
    const part = measured?.[i] ?? distance / ends.length;
    return {
      before: ends[i - 1] ?? before,
      after: end,
      distance: part,
      inVain: part > VAIN * distance ? inVain + 1 : 0,
    };
  });
}

function old(frame: number): End {
  return { frame, generation: 0 };
}

function generationsOf({ before, after }: Gap): number {
  return before.generation + after.generation;
}
