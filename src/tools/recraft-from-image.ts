// From a picture to a procedure that ends in it.
import { z } from "zod";
import { framesArgument, presetArgument, seedArgument, waitArgument } from "./arguments.js";
import { domainArgument, stylesArgument } from "./blend-arguments.js";
import { makeProcedure } from "./make-procedure.js";
import { procedureOutput } from "./procedure-answer.js";
import { defineTool, MAKES, type Tool } from "./tool.js";
import { type Domain, MAX_SUBJECT_LENGTH, planRecraft } from "../procedures/index.js";

export function recraftFromImage(domains: readonly Domain[]): Tool {
  return defineTool({
    name: "recraft_from_image",
    title: "Show how a picture may have come about",
    description:
      "Paints the steps that may have led to a given picture; the picture itself is the last step. " +
      "Pictures attached to a chat do not reach this server: it needs a file it may read.",
    input: z.strictObject({
      image: z
        .string()
        .describe(
          "An absolute path or file:// address inside the allowed folders (find_images lists what is there), a data: URI in base64, a step of this server as procedure://{id}/steps/{n}.png, or an https address where that is switched on.",
        ),
      domain: domainArgument(domains),
      styles: stylesArgument,
      subject: z
        .string()
        .max(MAX_SUBJECT_LENGTH, `a subject has at most ${MAX_SUBJECT_LENGTH} characters;`)
        .optional()
        .describe(
          "What the picture shows, in a few words. A step of this server brings its own subject.",
        ),
      frames: framesArgument,
      preset: presetArgument,
      seed: seedArgument,
      wait_seconds: waitArgument,
    }),
    output: procedureOutput,
    annotations: MAKES,
    player: "shows",
    run(context, { wait_seconds, ...input }, run) {
      const plan = () => planRecraft(context, input, { signal: run.stop });
      return makeProcedure(context, plan, wait_seconds, run);
    },
  });
}
