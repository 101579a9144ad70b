// The frames of a procedure while steps come in: by number in the order in which they came to be, and in
// the order in which they are shown.
import { tellPlaces } from "./captions.js";
import { insert, type Pass } from "./refine-plan.js";
import type { DrawnStep } from "./steps.js";
import type { Frame } from "../workers/index.js";

export class Sequence {
  readonly #made: DrawnStep[];
  #order: number[];

  constructor(steps: readonly DrawnStep[]) {
    this.#made = [...steps];
    this.#order = steps.map((_, frame) => frame);
  }

  get length(): number {
    return this.#made.length;
  }

  /** @param frame - its number */
  at(frame: number): DrawnStep {
    const step = this.#made[frame];
    if (step === undefined) throw new RangeError(`refine: no frame ${frame}`);
    return step;
  }

  /** @param captions - of the new frames, where the caller gave them */
  add(pass: Pass, frames: readonly Frame[], captions: readonly string[] | undefined): void {
    const between: [string, string] = [this.at(pass.before).id, this.at(pass.after).id];
    for (const [k, frame] of frames.entries())
      this.#made.push({
        id: this.#freeId(),
        caption: captions?.[k] ?? "",
        captionBy: captions ? "caller" : "place",
        origin: { kind: "interpolated", between },
        ...frame,
      });
    this.#order = insert(this.#order, pass);
  }

  /** All steps as they are shown and told. */
  steps(): DrawnStep[] {
    return tellPlaces(this.#order.map((frame) => this.at(frame)));
  }

  /** The frames of a pass and the two that they stand between. */
  around({ before, after }: Pass): DrawnStep[] {
    return this.steps().slice(this.#order.indexOf(before), this.#order.indexOf(after) + 1);
  }

  #freeId(): string {
    const taken = new Set(this.#made.map(({ id }) => id));
    let number = taken.size + 1;
    while (taken.has(`s${number}`)) number++;
    return `s${number}`;
  }
}
