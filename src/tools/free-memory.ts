// The model out of memory, for people who want theirs back.
import { z } from "zod";
import { CHANGES, defineTool } from "./tool.js";

export const freeMemory = defineTool({
  name: "free_memory",
  title: "Free the model's memory",
  description:
    "Ends the engine, which holds the model in memory; the next procedure loads it again. Does nothing while it paints. " +
    "It also ends by itself when it has had nothing to do for a while.",
  input: z.strictObject({}),
  output: z.object({
    freed: z.boolean(),
    memory_bytes: z.number().optional().describe("What it occupied."),
  }),
  annotations: CHANGES,
  async run({ engine }) {
    const { pid, memoryBytes } = await engine.state();
    const freed = await engine.rest();
    const size = memoryBytes === undefined ? "" : `, ${Math.round(memoryBytes / 2 ** 20)} MiB`;
    const text =
      pid === undefined
        ? "The model is not in memory."
        : freed
          ? `The engine has ended${size}.`
          : "The engine is painting; wait for it, or stop it with cancel_procedure, and call again.";
    return {
      structured: { freed, ...(memoryBytes !== undefined && { memory_bytes: memoryBytes }) },
      blocks: [{ kind: "text", text }],
    };
  },
});
