// One frame for the step player, which asks for them one at a time.
import { z } from "zod";
import { idArgument } from "./arguments.js";
import { defineTool, READS } from "./tool.js";
import { findStep, stepUri } from "../procedures/index.js";

const QUALITY = 82;

export const viewFrame = defineTool({
  name: "view_frame",
  title: "View one frame",
  description: "Gives one step of a procedure as a picture; the step player calls it.",
  input: z.strictObject({
    procedure_id: idArgument,
    step: z.number().int().min(1).describe("Which step, counted from 1."),
    size: z.number().int().min(64).max(1024).default(512).describe("Its longer side, in px."),
  }),
  output: z.object({
    procedure_id: z.string(),
    step: z.number().int(),
    caption: z.string(),
  }),
  annotations: READS,
  player: "feeds",
  async run({ store, pictures }, { procedure_id, step, size }) {
    const found = await findStep(store, stepUri(procedure_id, step));
    const path = store.filePath(found.procedure.id, found.step.file);
    const previews = await pictures.previews({
      sources: [{ path }],
      sidePx: size,
      quality: QUALITY,
    });
    const { caption } = found.step;
    return {
      structured: { procedure_id, step, caption },
      blocks: [
        { kind: "text", text: `Step ${step} of procedure ${procedure_id}: ${caption}` },
        ...previews.map((jpeg) => ({ kind: "picture" as const, jpeg })),
      ],
    };
  },
});
