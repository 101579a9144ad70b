// What is said of a file that cannot be used: its name, what is wrong, and the same for programs.
import { basename } from "node:path";
import { EngineError, type WeightFaultDetails } from "../error.js";

/** A key may be as long as the header: messages show its beginning. */
export const shortKey = (key: string): string => (key.length > 120 ? `${key.slice(0, 120)}…` : key);

/** A shape may be as long as the header, too. */
const MAX_DIMENSIONS = 8;

export const shortShape = (shape: readonly number[]): string =>
  `[${shape.slice(0, MAX_DIMENSIONS).join(", ")}${shape.length > MAX_DIMENSIONS ? ", …" : ""}]`;

/** @param what - goes on after the file's name: "is cut short; get it again" */
export const weightFault = (
  path: string,
  what: string,
  details: WeightFaultDetails = { error: "malformed" },
  cause?: unknown,
): EngineError =>
  new EngineError("bad_weights", `${basename(path)} ${what}`, {
    cause,
    details: {
      ...details,
      ...(details.tensor !== undefined && { tensor: shortKey(details.tensor) }),
      ...(details.found !== undefined && { found: details.found.slice(0, MAX_DIMENSIONS) }),
    },
  });
