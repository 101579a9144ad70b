// How a tool shows a procedure: the whole of it in words, then each step's caption and preview.
import { z } from "zod";
import { fitPreviews } from "./previews.js";
import { procedureRecord, type ProcedureRecord, recordOf, tellRecord } from "./record.js";
import type { Answer, Block, ToolSettings } from "./tool.js";
import type { Context, Procedure } from "../procedures/index.js";

/** Smaller frames are shown at this size: a host would not scale 64 px up. */
const LEAST_SHOWN_PX = 256;

export const procedureOutput = procedureRecord.extend({
  not_shown: z
    .array(z.number().int())
    .describe("Steps whose preview found no room in this answer; their files are complete."),
});

type ProcedureOutput = z.infer<typeof procedureOutput>;

export async function procedureAnswer(
  { store, pictures }: Context,
  procedure: Procedure,
  { previewBudgetBytes, previewSidePx }: ToolSettings,
): Promise<Answer<ProcedureOutput>> {
  const record = recordOf(store, procedure);
  const previews = await fitPreviews(
    async (sidePx, quality) => {
      const encoded = record.steps.map(({ file, ...step }) =>
        pictures.previews({
          sources: [{ path: file }],
          sidePx: Math.min(sidePx, shownPx(step)),
          quality,
        }),
      );
      return (await Promise.all(encoded)).flat();
    },
    {
      largestPx: Math.max(...record.steps.map(shownPx)),
      topPx: previewSidePx,
      budgetBytes: previewBudgetBytes - textBytes(record),
    },
  );
  const missing = record.steps.filter((_, i) => previews[i] === undefined);
  const structured = { ...record, not_shown: missing.map(({ index }) => index) };
  return { structured, blocks: [{ kind: "text", text: tell(structured) }, ...shown()] };

  function shown(): Block[] {
    return record.steps.flatMap(({ index, caption }, i): Block[] => {
      const jpeg = previews[i];
      if (jpeg === undefined) return [];
      const text = `Step ${index} of ${record.steps.length}: ${caption}`;
      return [
        { kind: "text", text },
        { kind: "picture", jpeg },
      ];
    });
  }
}

function tell(output: ProcedureOutput): string {
  if (output.not_shown.length === 0) return tellRecord(output);
  return `${tellRecord(output)}\nNo room here for previews of steps ${output.not_shown.join(", ")}; read their files or resources.`;
}

function shownPx({ width, height }: { width: number; height: number }): number {
  return Math.max(width, height, LEAST_SHOWN_PX);
}

// A host's limit holds for the whole answer, and three bytes of a picture take four characters of it.
function textBytes(record: ProcedureRecord): number {
  const captions = record.steps.map(({ caption }) => caption).join("");
  const texts = [JSON.stringify(record), tellRecord(record), captions];
  return Math.ceil(0.75 * texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0));
}
