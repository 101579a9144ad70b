// What training keeps between steps beside the parameters: named float32 tensors and named numbers
// (step counts, running sums). All of it exists from the start and is filled in place, so a step
// allocates nothing, and a run that restores it continues bit for bit.
import { EngineError } from "../error.js";

/** Ready to be saved: tensors as float32, numbers as JSON writes them. */
export interface SavedState {
  tensors: ReadonlyMap<string, Float32Array>;
  numbers: ReadonlyMap<string, readonly number[]>;
}

export class TrainingState implements SavedState {
  readonly tensors = new Map<string, Float32Array>();
  readonly numbers = new Map<string, number[]>();

  /** A tensor under a name: zeros, or a copy of its beginning. */
  tensor(name: string, length: number, beginning?: Float32Array): Float32Array {
    const data = beginning?.slice() ?? new Float32Array(length);
    this.tensors.set(name, data);
    return data;
  }

  /** Numbers under a name, to be changed in place. */
  counters<T extends number[] | []>(name: string, beginning: T): T {
    this.numbers.set(name, beginning);
    return beginning;
  }

  /**
   * Takes over what was saved; nothing is touched unless all of it fits.
   * @throws EngineError bad_weights when something is missing, left over or of another size
   */
  restore(saved: SavedState): void {
    checkFit(this.tensors, saved.tensors);
    checkFit(this.numbers, saved.numbers);
    for (const [name, data] of this.tensors) data.set(saved.tensors.get(name)!);
    for (const [name, numbers] of this.numbers) Object.assign(numbers, saved.numbers.get(name));
  }
}

type Lengths = ReadonlyMap<string, { readonly length: number }>;

function checkFit(own: Lengths, saved: Lengths): void {
  for (const name of new Set([...own.keys(), ...saved.keys()])) {
    const [has, needs] = [saved.get(name)?.length ?? 0, own.get(name)?.length ?? 0];
    if (has !== needs)
      throw new EngineError(
        "bad_weights",
        `training state ${name}: ${has} numbers saved, ${needs} needed; was it saved by a run with the same configuration?`,
      );
  }
}
