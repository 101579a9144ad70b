// Seeds: one for a job, and one of its own for every pass of it.
import { createHash, randomInt } from "node:crypto";
import { ProcedureError } from "./error.js";

/** The caller's seed, or a short random one. Throws `bad_seed` outside 0 … 2^53 − 1. */
export function seedOf(seed: number | undefined): number {
  if (seed === undefined) return randomInt(2 ** 32);
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new ProcedureError(
      "bad_seed",
      `seed: need an integer from 0 to ${Number.MAX_SAFE_INTEGER}, got ${seed}; leave it out for a random one`,
    );
  return seed;
}

/** The seed of the `pass`-th pass of a job, the same on every machine. */
export function passSeed(seed: number, pass: number): number {
  const hash = createHash("sha256").update(`${seed}/${pass}`).digest();
  return hash.readUIntBE(0, 6);
}
