// How much longer a job takes: from how fast it has gone since it began to paint, or else from how long
// a page took the last time.

/** Before so much of a page is done the model may be loading, which says nothing about the rest. */
const PAINTING = 0.15;
/** So much of a page is a sampling step; what is told of its inside is a guess. */
const STEP = 0.03;

export interface Clock {
  startedAtMs: number;
  from?: { atMs: number; fraction: number };
}

export class Eta {
  readonly #pageMs = new Map<string, number>();

  /** Notes how long a job took that came to its end. */
  record(verb: string, pages: number, tookMs: number): void {
    this.#pageMs.set(verb, tookMs / pages);
  }

  /** How long a job will take in all. */
  wholeMs(verb: string, pages: number): number | undefined {
    const pageMs = this.#pageMs.get(verb);
    return pageMs === undefined ? undefined : pageMs * pages;
  }

  /** @param fraction - how far it is, 0 … 1 */
  leftMs(verb: string, pages: number, fraction: number, clock: Clock): number | undefined {
    const now = performance.now();
    if (clock.from === undefined && fraction * pages >= PAINTING)
      clock.from = { atMs: now, fraction };
    const { from } = clock;
    if (from !== undefined && (fraction - from.fraction) * pages >= STEP)
      return ((now - from.atMs) / (fraction - from.fraction)) * (1 - fraction);
    const wholeMs = this.wholeMs(verb, pages);
    return wholeMs === undefined ? undefined : Math.max(0, wholeMs - (now - clock.startedAtMs));
  }
}
