// What every optimiser is: parameters that it changes in place, and a state that can be saved. A step
// concerns only the parameters whose gradient it is given; the others, and what is kept for them, rest.
import type { SavedState, TrainingState } from "../state.js";

export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly value: Float32Array;
}

export type Gradients = ReadonlyMap<string, Float32Array>;
export type Step = (gradients: Gradients, learningRate: number) => Promise<void>;

export interface Optimizer {
  /** One update of the parameters whose gradients are given. */
  readonly step: Step;
  /** What a resumed run needs; the arrays are the live ones, so save them before the next step. */
  state(): SavedState;
  /** @throws EngineError bad_weights when it is not the state of such an optimiser */
  restore(saved: SavedState): void;
}

export function optimizer(state: TrainingState, step: Step): Optimizer {
  return { step, state: () => state, restore: (saved) => state.restore(saved) };
}

/** What an optimiser keeps for a parameter, beside its values. */
export interface Slot {
  readonly value: Float32Array;
}

/** One slot a parameter, by name. */
export function slots<T extends Slot>(
  parameters: readonly Parameter[],
  make: (parameter: Parameter) => T,
): ReadonlyMap<string, T> {
  return new Map(parameters.map((parameter) => [parameter.name, make(parameter)]));
}

/** The slots that a step concerns, each with its gradient. */
export function withGradients<T extends Slot>(
  all: ReadonlyMap<string, T>,
  gradients: Gradients,
): [T, Float32Array][] {
  return Array.from(gradients, ([name, gradient]) => {
    const slot = all.get(name);
    if (slot === undefined) throw new Error(`gradient ${name}: there is no such parameter`);
    if (gradient.length !== slot.value.length)
      throw new Error(`gradient ${name}: has ${gradient.length} numbers, not ${slot.value.length}`);
    return [slot, gradient];
  });
}
