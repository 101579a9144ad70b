// An end to work that nobody wants any more.
import { z } from "zod";
import { idArgument } from "./arguments.js";
import { procedureAnswer, procedureOutput } from "./procedure-answer.js";
import { CHANGES, defineTool } from "./tool.js";

export const cancelProcedure = defineTool({
  name: "cancel_procedure",
  title: "Stop making a procedure",
  description:
    "Stops a procedure that waits or is being made. What is finished is kept: refining that had finished a part of its steps leaves a procedure with those. " +
    "One that is finished already stays as it is.",
  input: z.strictObject({ procedure_id: idArgument }),
  output: procedureOutput,
  annotations: CHANGES,
  run: async (context, { procedure_id }, { jobs, settings }) =>
    procedureAnswer(context, await jobs.cancel(procedure_id), settings),
});
