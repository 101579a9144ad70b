// Which steps of a job may reuse what an earlier one computed: those in which the first block changes the
// image nearly as it did in the last step that was computed whole.

export class FirstBlockCache {
  /** steps that took the rest from an earlier one */
  reused = 0;
  readonly threshold: number;
  #change: Float32Array | undefined;
  #rest: Float32Array | undefined;

  /** @param threshold - the mean difference, as a share of the mean change, below which steps are alike */
  constructor(threshold: number) {
    this.threshold = threshold;
  }

  /**
   * What the blocks behind the first added when it was last computed; undefined where that must be done anew.
   * @param change - what the first block adds in this step
   */
  restFor(change: Float32Array): Float32Array | undefined {
    if (this.#change === undefined || difference(this.#change, change) >= this.threshold)
      return undefined;
    this.reused++;
    return this.#rest;
  }

  keep(change: Float32Array, rest: Float32Array): void {
    this.#change = change;
    this.#rest = rest;
  }
}

/** Numbers enough to know a mean by; a page of FLUX has thirteen times as many. */
const SAMPLED = 2 ** 20;

/** Mean of |a − b| over the mean of |a|. */
function difference(a: Float32Array, b: Float32Array): number {
  const stride = Math.floor(a.length / SAMPLED) | 1; // odd, so that every channel is seen
  let [apart, size] = [0, 0];
  for (let i = 0; i < a.length; i += stride) {
    apart += Math.abs(a[i]! - b[i]!);
    size += Math.abs(a[i]!);
  }
  return apart / size;
}
