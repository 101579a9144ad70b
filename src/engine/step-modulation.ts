// What the modulation layers give for the steps of a job, kept from when all were computed together until
// another job's are.
import type { Feed, Outputs } from "./runtime/index.js";
import type { LoraStack } from "./weights/lora/index.js";

/** What stays the same over all steps. */
export interface StepConditions {
  /** [vecDim] */
  vec: Float32Array;
  guidance: number;
  loras: LoraStack;
}

export class StepModulation {
  #of: StepConditions | undefined;
  #steps = new Map<number, Record<string, Feed>>();

  /** The times of which nothing is known yet. */
  missing(conditions: StepConditions, times: readonly number[]): number[] {
    if (!this.#isOf(conditions)) return [...times];
    return times.filter((t) => !this.#steps.has(t));
  }

  /** @param outputs - of a session: a row a time */
  keep({ vec, guidance, loras }: StepConditions, times: readonly number[], outputs: Outputs): void {
    if (!this.#isOf({ vec, guidance, loras })) this.#steps.clear();
    this.#of = { vec, guidance, loras };
    times.forEach((t, step) => {
      const rows = Object.entries(outputs).map(([layer, all]): [string, Feed] => {
        const size = all.length / times.length;
        return [layer, { data: all.subarray(step * size, (step + 1) * size), dims: [1, size] }];
      });
      this.#steps.set(t, Object.fromEntries(rows));
    });
  }

  /** By layer; a time that was kept. */
  at(t: number): Record<string, Feed> {
    return this.#steps.get(t)!;
  }

  #isOf({ vec, guidance, loras }: StepConditions): boolean {
    const of = this.#of;
    return of?.vec === vec && of.guidance === guidance && of.loras === loras;
  }
}
