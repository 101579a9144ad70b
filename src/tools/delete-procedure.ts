// Away with a procedure, its pictures and what is known of its job.
import { z } from "zod";
import { idArgument } from "./arguments.js";
import { defineTool, DESTROYS } from "./tool.js";

export const deleteProcedure = defineTool({
  name: "delete_procedure",
  title: "Delete a procedure",
  description:
    "Deletes a procedure with all its files, and what was exported of it into the data folder, for good. Procedures that refine it stay complete. One that is still being made must be cancelled first.",
  input: z.strictObject({ procedure_id: idArgument }),
  output: z.object({ procedure_id: z.string(), deleted: z.boolean() }),
  annotations: DESTROYS,
  async run(_, { procedure_id }, { jobs }) {
    await jobs.remove(procedure_id);
    return {
      structured: { procedure_id, deleted: true },
      blocks: [{ kind: "text", text: `Procedure ${procedure_id} is deleted.` }],
    };
  },
});
