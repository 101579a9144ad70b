// How a tool shows a procedure: the whole of it in words, then each step's caption and preview. The
// answer stays within its budget whatever the number of steps: what finds no room is named.
import { z } from "zod";
import { fitPreviews } from "./previews.js";
import { procedureRecord, type ProcedureRecord, recordOf, tellRecord } from "./record.js";
import { standingOf, standingShape, tellStanding } from "./standing.js";
import type { Answer, Block, ToolSettings } from "./tool.js";
import type { Context, Found, Procedure } from "../procedures/index.js";
import type { Raster } from "../raster.js";

/** Smaller frames are shown at this size: a host would not scale 64 px up. */
const LEAST_SHOWN_PX = 256;
/** Of the budget, for texts where there are pictures to show too. */
const TEXT_SHARE = 0.7;

export const procedureOutput = procedureRecord.partial().extend({
  ...standingShape.shape,
  not_shown: z
    .array(z.number().int())
    .optional()
    .describe("Steps whose preview found no room in this answer; get_procedure shows them."),
  not_listed: z
    .array(z.number().int())
    .optional()
    .describe("Steps that are not in this answer; get_procedure tells them."),
});

export type ProcedureOutput = z.infer<typeof procedureOutput>;

export interface View {
  /** first and last of the steps to show, counted from 1; all where nothing is given */
  steps?: readonly [number, number] | undefined;
  /** longest side of a preview */
  sidePx?: number | undefined;
}

export async function procedureAnswer(
  context: Context,
  found: Found,
  settings: ToolSettings,
  view: View = {},
): Promise<Answer<ProcedureOutput>> {
  const stand = standingOf(found);
  if (found.procedure === undefined) {
    const onItsWay = await previewBlocks(context, found.preview);
    return {
      structured: stand,
      blocks: [{ kind: "text", text: tellStanding(stand) }, ...onItsWay],
    };
  }
  const { procedure } = found;
  const whole = { ...stand, ...recordOf(context.store, procedure) };
  const record = fitTexts(whole, settings.previewBudgetBytes, view);
  const previews = await previewsOf(context, procedure, record, settings, view);
  const notShown = record.steps.filter((_, i) => previews[i] === undefined);
  const structured = { ...record, not_shown: notShown.map(({ index }) => index) };
  const shown = record.steps.flatMap(({ index, caption }, i): Block[] => {
    const jpeg = previews[i];
    if (jpeg === undefined) return [];
    const text = `Step ${index} of ${procedure.steps.length}: ${caption}`;
    return [
      { kind: "text", text },
      { kind: "picture", jpeg },
    ];
  });
  return { structured, blocks: [{ kind: "text", text: tell(structured) }, ...shown] };
}

type Told = ProcedureOutput & ProcedureRecord;

/** The page that is being painted, where there is something to see of it. */
async function previewBlocks({ pictures }: Context, picture: Raster | undefined): Promise<Block[]> {
  if (picture === undefined) return [];
  const { png } = await pictures.encode({ picture });
  const source = { bytes: png };
  const [jpeg] = await pictures.previews({
    sources: [source],
    sidePx: LEAST_SHOWN_PX,
    quality: 80,
  });
  return [
    { kind: "text", text: "The whole page as it seems to become:" },
    { kind: "picture", jpeg: jpeg! },
  ];
}

/** Leaves out the last steps where their texts alone would be too much. */
function fitTexts(whole: Told, budgetBytes: number, { steps: range }: View): Told {
  const [from, to] = range ?? [1, whole.steps.length];
  const wanted = whole.steps.filter(({ index }) => index >= from && index <= to);
  for (let count = wanted.length; ; count--) {
    const listed = wanted.slice(0, count);
    const indices = new Set(listed.map(({ index }) => index));
    const left = whole.steps.filter(({ index }) => !indices.has(index));
    const told = { ...whole, steps: listed, not_listed: left.map(({ index }) => index) };
    if (count <= 1 || textBytes(told) <= TEXT_SHARE * budgetBytes) return told;
  }
}

async function previewsOf(
  { store, pictures }: Context,
  procedure: Procedure,
  record: Told,
  { previewBudgetBytes, previewSidePx }: ToolSettings,
  { sidePx: topPx = previewSidePx }: View,
): Promise<(Uint8Array | undefined)[]> {
  const isNew = await newSteps(store, procedure);
  const encode = async (sidePx: number, quality: number) => {
    const encoded = record.steps.map(({ file, ...step }) =>
      pictures.previews({
        sources: [{ path: file }],
        sidePx: Math.min(sidePx, shownPx(step)),
        quality,
      }),
    );
    return (await Promise.all(encoded)).flat();
  };
  return fitPreviews(encode, {
    largestPx: Math.max(...record.steps.map(shownPx)),
    topPx,
    budgetBytes: previewBudgetBytes - textBytes(record),
    isPreferred: (i) => isNew(record.steps[i]?.index ?? 0),
  });
}

/** Whether a step, counted from 1, is one that the parent does not have. */
async function newSteps(
  store: Context["store"],
  { parent, steps }: Procedure,
): Promise<(index: number) => boolean> {
  if (parent === undefined) return () => false;
  const old = await store.load(parent).catch(() => undefined);
  const ids = new Set(old?.steps.map(({ id }) => id));
  return (index) => !ids.has(steps[index - 1]?.id ?? "");
}

function tell(output: Told): string {
  const { not_shown, not_listed, procedure_id, status, frames_ready } = output;
  const call = `get_procedure with procedure_id "${procedure_id}" and steps: [from, to]`;
  const list = (steps: number[] | undefined, what: string) =>
    steps?.length ? [`${what} ${sayRanges(steps)}; ${call} gives them.`] : [];
  return [
    ...(status === "done" ? [] : [tellStanding(output)]),
    tellRecord(output, frames_ready),
    ...list(not_shown, "No room here for previews of steps"),
    ...list(not_listed, "Not in this answer: steps"),
  ].join("\n");
}

/** “1–3, 7” */
function sayRanges(steps: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const step of steps) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === step - 1) last[1] = step;
    else ranges.push([step, step]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(", ");
}

function shownPx({ width, height }: { width: number; height: number }): number {
  return Math.max(width, height, LEAST_SHOWN_PX);
}

// A host's limit holds for the whole answer, and three bytes of a picture take four characters of it.
function textBytes(told: Told): number {
  const captions = told.steps.map(({ caption }) => `Step 00 of 00: ${caption}`).join("");
  const texts = [
    JSON.stringify({ ...told, not_shown: told.steps.map(() => 10) }),
    tell(told),
    captions,
  ];
  return Math.ceil(0.75 * texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0));
}
