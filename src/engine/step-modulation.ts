// What the modulation layers give for the steps of a job, kept from when all were computed together until
// other jobs' are. A job has one prompt, or two where it is guided away from one.
import type { Feed, Outputs } from "./runtime/index.js";
import type { LoraStack } from "./weights/lora/index.js";

/** What stays the same over all steps. */
export interface StepConditions {
  /** [vecDim] */
  vec: Float32Array;
  guidance: number;
  loras: LoraStack;
}

type Steps = Map<number, Record<string, Feed>>;

const KEPT = 2;

export class StepModulation {
  /** the newest last */
  #kept: { of: StepConditions; steps: Steps }[] = [];

  /** The times of which nothing is known yet. */
  missing(conditions: StepConditions, times: readonly number[]): number[] {
    const steps = this.#of(conditions);
    return times.filter((t) => !steps?.has(t));
  }

  /** @param outputs - of a session: a row a time */
  keep({ vec, guidance, loras }: StepConditions, times: readonly number[], outputs: Outputs): void {
    const of = { vec, guidance, loras };
    const steps: Steps = this.#of(of) ?? new Map();
    if (steps.size === 0) this.#kept = [...this.#kept, { of, steps }].slice(-KEPT);
    times.forEach((t, step) => {
      const rows = Object.entries(outputs).map(([layer, all]): [string, Feed] => {
        const size = all.length / times.length;
        return [layer, { data: all.subarray(step * size, (step + 1) * size), dims: [1, size] }];
      });
      steps.set(t, Object.fromEntries(rows));
    });
  }

  /** By layer; a time that was kept. */
  at(conditions: StepConditions, t: number): Record<string, Feed> {
    return this.#of(conditions)!.get(t)!;
  }

  #of({ vec, guidance, loras }: StepConditions): Steps | undefined {
    return this.#kept.find(
      ({ of }) => of.vec === vec && of.guidance === guidance && of.loras === loras,
    )?.steps;
  }
}
