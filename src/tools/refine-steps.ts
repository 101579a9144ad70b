// More steps between the steps of a procedure.
import { z } from "zod";
import { seedArgument } from "./arguments.js";
import { procedureAnswer, procedureOutput } from "./procedure-answer.js";
import { defineTool, MAKES } from "./tool.js";
import { MAX_CAPTION_LENGTH, MAX_STEPS, refine } from "../procedures/index.js";

export const refineSteps = defineTool({
  name: "refine_steps",
  title: "Add steps in between",
  description:
    "Paints new steps between neighbouring steps of a procedure. Give either between (two new steps between two neighbours) " +
    "or steps (a number for the whole). The result is a new procedure that names its parent; the parent stays as it is.",
  input: z.strictObject({
    procedure_id: z.string().describe("The procedure to refine."),
    between: z
      .array(z.number().int())
      .length(2, "between needs two step numbers, as [3, 4];")
      .optional()
      .describe("Two neighbouring steps, counted from 1, as [3, 4]."),
    steps: z
      .number()
      .int()
      .max(MAX_STEPS, `at most ${MAX_STEPS} steps, as steps: ${MAX_STEPS};`)
      .optional()
      .describe(`How many steps the whole shall have, up to ${MAX_STEPS}.`),
    captions: z
      .array(z.string().max(MAX_CAPTION_LENGTH))
      .max(MAX_STEPS)
      .optional()
      .describe("What the new steps show, in order. Made from the neighbours where left out."),
    seed: seedArgument,
  }),
  output: procedureOutput,
  annotations: MAKES,
  async run(context, { procedure_id, between, ...input }, { settings, ...options }) {
    const [a, b] = between ?? [];
    const pair = a !== undefined && b !== undefined ? ([a, b] as const) : undefined;
    const procedure = await refine(
      context,
      { procedureId: procedure_id, between: pair, ...input },
      options,
    );
    return procedureAnswer(context, procedure, settings);
  },
});
