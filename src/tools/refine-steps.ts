// More steps between the steps of a procedure.
import { z } from "zod";
import { idArgument, seedArgument, waitArgument } from "./arguments.js";
import { stylesArgument } from "./blend-arguments.js";
import { makeProcedure } from "./make-procedure.js";
import { procedureOutput } from "./procedure-answer.js";
import { defineTool, MAKES } from "./tool.js";
import { MAX_CAPTION_LENGTH, MAX_STEPS, planRefine } from "../procedures/index.js";

const BETWEEN = "between needs two step numbers, as [3, 4];";

export const refineSteps = defineTool({
  name: "refine_steps",
  title: "Add steps in between",
  description:
    "Paints new steps between neighbouring steps of a procedure. Give either between (two new steps between two neighbours) " +
    "or steps (a number for the whole; the new ones go where most happens). The result is a new procedure that names its parent; the parent stays as it is.",
  input: z.strictObject({
    procedure_id: idArgument,
    between: z
      .array(z.int(BETWEEN), BETWEEN)
      .length(2, BETWEEN)
      .optional()
      .describe("Two neighbouring steps, counted from 1, as [3, 4]."),
    steps: z
      .int("steps is a whole number, as steps: 16;")
      .max(MAX_STEPS, `at most ${MAX_STEPS} steps, as steps: ${MAX_STEPS};`)
      .optional()
      .describe(
        `How many steps the whole shall have, up to ${MAX_STEPS}. New ones go where neighbours differ most.`,
      ),
    captions: z
      .array(z.string().max(MAX_CAPTION_LENGTH), 'captions are texts, as ["…", "…"];')
      .max(MAX_STEPS)
      .optional()
      .describe(
        "What the new steps show, in order; best with between, where their place is known. Made from the neighbours where left out.",
      ),
    styles: stylesArgument.describe(
      "Styles of the new steps, as [{ name, weight }]. Those of the procedure where left out; [] for none.",
    ),
    seed: seedArgument,
    wait_seconds: waitArgument,
  }),
  output: procedureOutput,
  annotations: MAKES,
  player: "shows",
  run(context, { procedure_id, between, wait_seconds, ...input }, run) {
    const [a, b] = between ?? [];
    const pair = a !== undefined && b !== undefined ? ([a, b] as const) : undefined;
    const asked = { procedureId: procedure_id, between: pair, ...input };
    return makeProcedure(context, () => planRefine(context, asked), wait_seconds, run);
  },
});
