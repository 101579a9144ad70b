// How far an output is from the reference, and how far it may be.
import { EngineError } from "../error.js";

/** How far one output is from the reference. */
export interface ParityResult {
  name: string;
  /** largest absolute difference */
  maxAbs: number;
  /** RMS of the difference over RMS of the reference */
  relativeRms: number;
  /** what is bounded, and by what */
  measure: "relative RMS" | "mean difference" | "differing ids";
  limit: number;
  pass: boolean;
  /** why it could not be run */
  error?: string;
}

/** Single networks and loops, float32. */
const RELATIVE_RMS = 1e-4;
/** Whole runs: two dozen steps carry rounding along. */
export const RUN_RELATIVE_RMS = 1e-3;
/** Pictures of whole runs, in −1…1: one 255th of the range. */
const RUN_MEAN_DIFFERENCE = 2 / 255;

type Numbers = ArrayLike<number>;

function differences(actual: Numbers, expected: Numbers) {
  if (actual.length !== expected.length)
    throw new EngineError("bad_request", `${actual.length} numbers, expected ${expected.length}`);
  let maxAbs = 0;
  let sum = 0;
  let squares = 0;
  let reference = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(actual[i]! - expected[i]!);
    if (!(difference <= maxAbs)) maxAbs = difference; // NaN too
    sum += difference;
    squares += difference ** 2;
    reference += expected[i]! ** 2;
  }
  return { maxAbs, mean: sum / expected.length, relativeRms: Math.sqrt(squares / reference) };
}

export function compare(
  name: string,
  actual: Numbers,
  expected: Numbers,
  limit = RELATIVE_RMS,
): ParityResult {
  const { maxAbs, relativeRms } = differences(actual, expected);
  const pass = relativeRms <= limit;
  return { name, maxAbs, relativeRms, measure: "relative RMS", limit, pass };
}

export function compareIds(name: string, actual: number[], expected: number[]): ParityResult {
  const { maxAbs, relativeRms } = differences(actual, expected);
  return { name, maxAbs, relativeRms, measure: "differing ids", limit: 0, pass: maxAbs === 0 };
}

export function comparePictures(name: string, actual: Numbers, expected: Numbers): ParityResult {
  const { maxAbs, mean, relativeRms } = differences(actual, expected);
  const limit = RUN_MEAN_DIFFERENCE;
  return { name, maxAbs, relativeRms, measure: "mean difference", limit, pass: mean <= limit };
}

/** A case that could not be run has failed. */
export const failed = (name: string, error: unknown): ParityResult => ({
  name,
  maxAbs: NaN,
  relativeRms: NaN,
  measure: "relative RMS",
  limit: RELATIVE_RMS,
  pass: false,
  error: error instanceof Error ? error.message : String(error),
});
