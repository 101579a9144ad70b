// Better captions from whoever has looked at the pictures.
import { z } from "zod";
import { idArgument } from "./arguments.js";
import { defineTool, DESTROYS } from "./tool.js";
import { MAX_CAPTION_LENGTH, ProcedureError, recaption } from "../procedures/index.js";

const FORM = 'captions go by step, as {"1": "…", "4": "…"};';
const caption = z
  .string(FORM)
  .max(MAX_CAPTION_LENGTH, `a caption has at most ${MAX_CAPTION_LENGTH} characters;`);

export const captionSteps = defineTool({
  name: "caption_steps",
  title: "Write captions",
  description:
    "Writes captions onto the steps of a procedure, in place of those it has. For whoever has looked at the pictures and can say what they really show. " +
    "Every later reading and export shows them.",
  input: z.strictObject({
    procedure_id: idArgument,
    captions: z
      .union([z.record(z.string().regex(/^\d{1,3}$/, FORM), caption, FORM), z.array(caption)], FORM)
      .describe(
        'The new captions by step, counted from 1, as {"1": "…", "4": "…"}; or a list with one for every step.',
      ),
  }),
  output: z.object({
    procedure_id: z.string(),
    steps: z.array(z.object({ index: z.number().int(), caption: z.string() })),
  }),
  annotations: { ...DESTROYS, idempotentHint: true },
  async run({ store }, { procedure_id, captions }) {
    if (Array.isArray(captions)) await requireAll(captions.length);
    const entries = Array.isArray(captions)
      ? captions.map((text, i) => [i + 1, text] as const)
      : Object.entries(captions).map(([n, text]) => [Number(n), text] as const);
    const { steps } = await recaption(store, procedure_id, new Map(entries));
    const told = steps.map((step, i) => ({ index: i + 1, caption: step.caption }));
    const lines = told.map(({ index, caption: text }) => `${index}. ${text}`);
    return {
      structured: { procedure_id, steps: told },
      blocks: [{ kind: "text", text: [`Procedure ${procedure_id}:`, ...lines].join("\n") }],
    };

    async function requireAll(count: number): Promise<void> {
      const { length } = (await store.load(procedure_id)).steps;
      if (count !== length)
        throw new ProcedureError(
          "bad_steps",
          `captions: a list needs ${length} texts, one for every step, got ${count}; for some of them ${FORM.slice(0, -1)}`,
        );
    }
  },
});
