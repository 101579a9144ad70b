// One step, seen beside the one before it.
import { procedureArgument } from "./arguments.js";
import { definePrompt, loadOrNewest, quote, type Said } from "./prompt.js";
import {
  type Context,
  findStep,
  type Procedure,
  stepUri,
  suggestSteps,
} from "../procedures/index.js";

/** Enough to see what is drawn, and little enough for any host. */
const SIDE_PX = 512;
const QUALITY = 82;

export const explainStep = definePrompt({
  name: "explain-step",
  title: "Explain a step",
  description: "Tells what is done in one step of a procedure, and how.",
  arguments: {
    procedure: procedureArgument,
    step: {
      description: "Which step, counted from 1.",
      async suggest(context, start, { procedure: id }) {
        const procedure = await loadOrNewest(context, id || undefined).catch(() => undefined);
        return procedure ? suggestSteps(context.store, procedure.id, start) : [];
      },
    },
  },
  async write(context, { procedure: asked, step }) {
    const { id } = await loadOrNewest(context, asked);
    const n = /^\d{1,4}$/.test(step) ? Number(step) : 0;
    const { procedure } = await findStep(context.store, stepUri(id, n));
    const { subject, domain, steps } = procedure;
    return [
      {
        text: `Explain step ${n} of ${steps.length} of how ${quote(subject || "a picture")} is made (${domain}, procedure ${id}).`,
      },
      ...(n > 1 ? await show(context, procedure, n - 1) : []),
      ...(await show(context, procedure, n)),
      {
        text: `What is new in this step, how is it done, with what, and what goes wrong easily? Go by the pictures: where a caption says something else, say so. get_procedure with steps [${n}, ${n}] and size 1024 shows more of it.`,
      },
    ];
  },
});

async function show(
  { store, pictures }: Context,
  { id, steps }: Procedure,
  n: number,
): Promise<Said[]> {
  const { file, caption = "" } = steps[n - 1] ?? {};
  const sources = file === undefined ? [] : [{ path: store.filePath(id, file) }];
  const jpegs = await pictures.previews({ sources, sidePx: SIDE_PX, quality: QUALITY });
  return [
    { text: `Step ${n}, with the caption ${quote(caption)}:` },
    ...jpegs.map((jpeg) => ({ jpeg })),
  ];
}
