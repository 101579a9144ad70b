// How far an output is from the reference, and how far it may be.
import { EngineError } from "../error.js";

/** How far one output is from the reference. */
export interface ParityResult {
  name: string;
  /** largest absolute difference */
  maxAbs: number;
  /** mean absolute difference */
  meanAbs: number;
  /** RMS of the difference over RMS of the reference */
  relativeRms: number;
  /** what is bounded, and by what */
  measure: "relative RMS" | "mean difference" | "differing ids" | "differing fields";
  limit: number;
  pass: boolean;
  /** why it could not be run */
  error?: string;
}

/** Single networks and loops, float32. */
export const RELATIVE_RMS = 1e-4;
/** Whole runs: two dozen steps carry rounding along. */
export const RUN_RELATIVE_RMS = 1e-3;
/** Pictures of whole runs, in −1…1: half a step of a byte. */
const RUN_MEAN_DIFFERENCE = 1 / 255;

type Numbers = ArrayLike<number>;

type Differences = Pick<ParityResult, "maxAbs" | "meanAbs" | "relativeRms">;

function differences(actual: Numbers, expected: Numbers): Differences {
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
  const relativeRms = squares === 0 ? 0 : Math.sqrt(squares / reference);
  return { maxAbs, meanAbs: sum / expected.length, relativeRms };
}

export function compare(
  name: string,
  actual: Numbers,
  expected: Numbers,
  limit = RELATIVE_RMS,
): ParityResult {
  const found = differences(actual, expected);
  return { name, ...found, measure: "relative RMS", limit, pass: found.relativeRms <= limit };
}

export function compareIds(name: string, actual: number[], expected: number[]): ParityResult {
  const found = differences(actual, expected);
  return { name, ...found, measure: "differing ids", limit: 0, pass: found.maxAbs === 0 };
}

export function comparePictures(name: string, actual: Numbers, expected: Numbers): ParityResult {
  const found = differences(actual, expected);
  const limit = RUN_MEAN_DIFFERENCE;
  return { name, ...found, measure: "mean difference", limit, pass: found.meanAbs <= limit };
}

/**
 * How many of the expected fields are others.
 * @param said - in words, to be shown beside a difference
 */
export function compareFields(
  name: string,
  actual: Record<string, unknown>,
  expected: Record<string, unknown>,
  said = "nothing was said",
): ParityResult {
  const differing = Object.entries(expected).filter(
    ([field, value]) => JSON.stringify(actual[field]) !== JSON.stringify(value),
  );
  const count = differing.length;
  const wanted = differing.map(([field, value]) => `${field} ${JSON.stringify(value)}`).join(", ");
  return {
    name,
    maxAbs: count,
    meanAbs: count,
    relativeRms: count,
    measure: "differing fields",
    limit: 0,
    pass: count === 0,
    ...(count === 0 ? {} : { error: `${said}; expected ${wanted}` }),
  };
}

/** A case that could not be run has failed. */
export const failed = (name: string, error: unknown): ParityResult => ({
  name,
  maxAbs: NaN,
  meanAbs: NaN,
  relativeRms: NaN,
  measure: "relative RMS",
  limit: RELATIVE_RMS,
  pass: false,
  error: error instanceof Error ? error.message : String(error),
});
