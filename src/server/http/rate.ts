// How often somebody may ask: a bucket each, which fills steadily and holds a few seconds' worth.
import type { Clock } from "./clock.js";

interface Bucket {
  left: number;
  atMs: number;
}

/** How much of a minute's requests may come at once. */
const BURST = 1 / 6;
/** Those who have not asked for longest are forgotten past it. */
const MOST_KEPT = 10_000;

export class RateLimit {
  readonly #perMs: number;
  readonly #burst: number;
  readonly #now: Clock;
  /** who asked last comes last */
  readonly #buckets = new Map<string, Bucket>();

  constructor(perMinute: number, now: Clock) {
    this.#perMs = perMinute / 60_000;
    this.#burst = Math.max(1, perMinute * BURST);
    this.#now = now;
  }

  /** Counts a request. Returns 0 where it may go on, or after how many seconds the next one may. */
  take(who: string): number {
    const atMs = this.#now();
    const before = this.#buckets.get(who) ?? { left: this.#burst, atMs };
    const filled = Math.min(this.#burst, before.left + (atMs - before.atMs) * this.#perMs);
    const isEnough = filled >= 1;
    this.#buckets.delete(who);
    this.#buckets.set(who, { left: isEnough ? filled - 1 : filled, atMs });
    for (const oldest of this.#buckets.keys()) {
      if (this.#buckets.size <= MOST_KEPT) break;
      this.#buckets.delete(oldest);
    }
    return isEnough ? 0 : Math.ceil((1 - filled) / this.#perMs / 1000);
  }
}
