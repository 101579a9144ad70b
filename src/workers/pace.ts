// How fast a child's steps go: from it follow how long silence may last, and what to tell a waiting
// person between two steps.
import type { Progress } from "./protocol.js";

/** How long a child may be silent, in ms. */
export interface Patience {
  /** from a request to its acknowledgement, the start of the process included */
  startMs: number;
  /** while weights are read and sessions made, at least */
  loadMs: number;
  /** in a step of which nothing is known yet */
  firstStepMs: number;
  /** in a step whose like was seen, at least */
  nextStepMs: number;
}

/** Where a job stands before its first report: it may be loading. */
export const BEGIN: Progress = { phase: "load", step: 0, steps: 1 };

/** Silence of ten times the slowest step is a hang. */
const HANG = 10;

export class Pace {
  readonly #patience: Patience;
  readonly #seen = new Map<string, { slowestMs: number; latestMs: number }>();

  constructor(patience: Patience) {
    this.#patience = patience;
  }

  /**
   * Notes how long it took from the report `last` to the next one.
   * @param kind - jobs of one kind are about equally fast
   */
  record(kind: string, last: Progress, elapsedMs: number): void {
    const key = stretch(kind, last);
    const slowestMs = Math.max(elapsedMs, this.#seen.get(key)?.slowestMs ?? 0);
    this.#seen.set(key, { slowestMs, latestMs: elapsedMs });
  }

  /** How long the child may be silent after the report `last`. */
  deadlineMs(kind: string, last: Progress): number {
    const { loadMs, firstStepMs, nextStepMs } = this.#patience;
    const seen = this.#seen.get(stretch(kind, last));
    const loading = last.phase === "load" && last.step < last.steps;
    const leastMs = loading ? loadMs : seen ? nextStepMs : firstStepMs;
    return Math.max(leastMs, HANG * (seen?.slowestMs ?? 0));
  }

  /** How long it took the last time from such a report to the next one, if there was a last time. */
  expectedMs(kind: string, last: Progress): number | undefined {
    return this.#seen.get(stretch(kind, last))?.latestMs;
  }
}

/**
 * Where a job is, `elapsedMs` after the report `last`: linear up to 0.8 of a step, then ever slower, so
 * that it always moves and never passes the next report.
 * @param expectedMs - how long the step will take
 */
export function estimate(last: Progress, elapsedMs: number, expectedMs = 10_000): Progress {
  const x = elapsedMs / expectedMs;
  const fraction = x <= 0.8 ? x : 1 - 0.2 * Math.exp((0.8 - x) / 0.2);
  const { phase, step, steps } = last;
  return { phase, step: Math.min(step + fraction, steps), steps };
}

/** What follows the report `last`: a step of its phase, or the way to the next phase. */
function stretch(kind: string, last: Progress): string {
  return `${kind} ${last.step < last.steps ? "in" : "after"} ${last.phase}`;
}
