// The average of the weights on their way, which is better than where they stand. It must forget faster
// than the run is long: with a fixed horizon of 2,000 steps a run of 1,600 ends half way behind its own
// weights. So the horizon is a share of the steps made: Karras et al., Analyzing and Improving the
// Training Dynamics of Diffusion Models (2024), section 3.1, the power function profile.
import type { Parameter } from "./optimizers/index.js";
import { TrainingState, type SavedState } from "./state.js";

export interface AverageOptions {
  /** the horizon as a share of the steps made: a tenth averages over about the last tenth */
  share?: number;
  /** the longest horizon, in steps */
  longest?: number;
}

export class Average {
  readonly #parameters: readonly Parameter[];
  readonly #state = new TrainingState();
  readonly #steps = this.#state.counters("steps", [0]);
  readonly #share: number;
  readonly #longest: number;

  constructor(
    parameters: readonly Parameter[],
    { share = 0.1, longest = 2000 }: AverageOptions = {},
  ) {
    this.#parameters = parameters;
    this.#share = share;
    this.#longest = longest;
    for (const { name, value } of parameters) this.#state.tensor(name, value.length, value);
  }

  /** Parameter name → its average; the arrays are the live ones. */
  get values(): ReadonlyMap<string, Float32Array> {
    return this.#state.tensors;
  }

  /** After every step. */
  update(): void {
    this.#steps[0]++;
    const follow = 1 / Math.max(1, Math.min(this.#longest, this.#share * this.#steps[0]));
    for (const { name, value } of this.#parameters)
      moveTowards(this.values.get(name)!, value, follow);
  }

  /** Begins anew where the weights stand. */
  restart(): void {
    this.#steps[0] = 0;
    for (const { name, value } of this.#parameters) this.values.get(name)!.set(value);
  }

  state(): SavedState {
    return this.#state;
  }

  /** @throws EngineError bad_weights when it is not the state of an average of such parameters */
  restore(saved: SavedState): void {
    this.#state.restore(saved);
  }
}

function moveTowards(average: Float32Array, value: Float32Array, share: number): void {
  for (let i = 0; i < value.length; i++) average[i]! += share * (value[i]! - average[i]!);
}
