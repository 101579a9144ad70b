// From words to a procedure.
import { z } from "zod";
import { framesArgument, presetArgument, seedArgument, waitArgument } from "./arguments.js";
import { domainArgument, stylesArgument } from "./blend-arguments.js";
import { makeProcedure } from "./make-procedure.js";
import { procedureOutput } from "./procedure-answer.js";
import { defineTool, MAKES, type Tool } from "./tool.js";
import {
  type Domain,
  MAX_CAPTION_LENGTH,
  MAX_SUBJECT_LENGTH,
  planGenerate,
} from "../procedures/index.js";

export function generateProcedure(domains: readonly Domain[]): Tool {
  return defineTool({
    name: "generate_procedure",
    title: "Show how something is made",
    description:
      "Paints a step-by-step picture sequence of how a thing is made in a craft (LEGO, sketch, painting, …). " +
      "Returns every step with a caption, a preview and the path of its full-size PNG. " +
      "Warnings in the answer tell where the pictures do not show what was asked for.",
    input: z.strictObject({
      subject: z
        .string()
        .max(MAX_SUBJECT_LENGTH, `a subject has at most ${MAX_SUBJECT_LENGTH} characters;`)
        .describe("What is made, in a few words, as “a red boat”."),
      domain: domainArgument(domains),
      styles: stylesArgument,
      frames: framesArgument,
      steps: z
        .array(z.string().max(MAX_CAPTION_LENGTH), 'steps are texts, as ["…", "…"];')
        .max(9)
        .optional()
        .describe(
          "What each step shows, one text a frame. They become the captions, and go into the prompt of models that were trained with them.",
        ),
      preset: presetArgument,
      seed: seedArgument,
      wait_seconds: waitArgument,
    }),
    output: procedureOutput,
    annotations: MAKES,
    player: "shows",
    run: (context, { wait_seconds, ...input }, run) =>
      makeProcedure(context, () => planGenerate(context, input), wait_seconds, run),
  });
}
