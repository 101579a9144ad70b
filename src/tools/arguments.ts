// Arguments that several tools share, described for a model that will try again.
import { z } from "zod";

export const framesArgument = z
  .union([z.literal(4), z.literal(9)], { error: "frames must be 4 or 9;" })
  .optional()
  .describe("How many steps: 4 or 9. The domain's own number where it is left out.");

const SEED_RANGE = `a seed is a whole number from 0 to ${Number.MAX_SAFE_INTEGER}, as seed: 7;`;

const WAIT_RANGE = "wait_seconds is a number from 0 to 210;";

export const waitArgument = z
  .number(WAIT_RANGE)
  .min(0, WAIT_RANGE)
  .max(210, WAIT_RANGE)
  .default(45)
  .describe(
    "How long to wait for the pictures, in seconds, 0 to 210. Past it the work goes on, and get_procedure waits further.",
  );

export const idArgument = z
  .string("procedure_id is a text of 16 letters and digits;")
  .max(100, "procedure_id is a text of 16 letters and digits;")
  .describe("The procedure's id.");

const PRESET = "preset is the name of one of the model's presets, as list_domains has them;";

export const presetArgument = z
  .string(PRESET)
  .max(60, PRESET)
  .optional()
  .describe("One of the model's presets, which list_domains names: fewer steps, sooner finished.");

export const seedArgument = z
  .int(SEED_RANGE)
  .min(0, SEED_RANGE)
  .optional()
  .describe("The same seed gives the same pictures. A random one where it is left out.");
