// From a picture to a procedure that ends in it.
import { z } from "zod";
import { domainArgument, framesArgument, seedArgument } from "./arguments.js";
import { procedureAnswer, procedureOutput } from "./procedure-answer.js";
import { defineTool, MAKES, type Tool } from "./tool.js";
import { type Domain, MAX_SUBJECT_LENGTH, recraft } from "../procedures/index.js";

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
          "An absolute path or file:// address inside the allowed folders, a data: URI in base64, or a step of this server, procedure://{id}/steps/{n}.png.",
        ),
      domain: domainArgument(domains),
      subject: z
        .string()
        .max(MAX_SUBJECT_LENGTH, `a subject has at most ${MAX_SUBJECT_LENGTH} characters;`)
        .optional()
        .describe(
          "What the picture shows, in a few words. A step of this server brings its own subject.",
        ),
      frames: framesArgument,
      seed: seedArgument,
    }),
    output: procedureOutput,
    annotations: MAKES,
    async run(context, input, { settings, ...options }) {
      const procedure = await recraft(context, input, options);
      return procedureAnswer(context, procedure, settings);
    },
  });
}
