// A procedure again, or further on its way: waits, and looks closer.
import { z } from "zod";
import { idArgument, waitArgument } from "./arguments.js";
import { procedureAnswer, procedureOutput } from "./procedure-answer.js";
import { defineTool, READS } from "./tool.js";
import { type Found, ProcedureError } from "../procedures/index.js";

const RANGE = "steps needs the first and the last step to show, as [3, 6];";
const SIZE_RANGE = "size is a whole number from 64 to 1024, in px;";

export const getProcedure = defineTool({
  name: "get_procedure",
  title: "Look at a procedure",
  description:
    "Returns a procedure with its captions and previews. Waits for one that is still being made, and tells how far it is. " +
    "With steps and size it shows a few steps larger, to look closely; for work that was interrupted, failed or cancelled it tells how to make it again.",
  input: z.strictObject({
    procedure_id: idArgument,
    wait_seconds: waitArgument,
    steps: z
      .array(z.int(RANGE), RANGE)
      .length(2, RANGE)
      .optional()
      .describe("Only these steps: the first and the last, counted from 1, as [3, 6]."),
    size: z
      .int(SIZE_RANGE)
      .min(64, SIZE_RANGE)
      .max(1024, SIZE_RANGE)
      .optional()
      .describe("The longer side of a preview, in px, where there is room; up to 1024."),
  }),
  output: procedureOutput,
  annotations: READS,
  player: "shows",
  async run(context, { procedure_id, wait_seconds, steps, size }, run) {
    const { jobs, settings, signal, onProgress } = run;
    const found = await jobs.wait(procedure_id, { ms: 1000 * wait_seconds, signal, onProgress });
    signal?.throwIfAborted();
    const range = steps && checkedRange(found, steps);
    return procedureAnswer(context, found, settings, { steps: range, sidePx: size });
  },
});

function checkedRange({ procedure }: Found, [a = 0, b = 0]: readonly number[]): [number, number] {
  const [from, to] = a < b ? [a, b] : [b, a];
  const count = procedure?.steps.length ?? Infinity;
  if (from < 1 || to > count)
    throw new ProcedureError(
      "no_such_step",
      `steps: they are counted from 1 to ${count}, got [${a}, ${b}]`,
    );
  return [from, to];
}
