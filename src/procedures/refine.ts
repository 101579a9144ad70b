// More steps between the steps there are. The result is a new procedure; the old one, and every file
// taken over from it, stays as it is.
import { readFile } from "node:fs/promises";
import type { Context } from "./context.js";
import { betweenCaption } from "./domains.js";
import { ProcedureError } from "./error.js";
import { cleanCaptions } from "./input.js";
import { addTimings, type MakeOptions, type PaintedFrames, versionsOf } from "./paint.js";
import type { Procedure, ProcedureStep } from "./procedure.js";
import { openInterpolation, paintBetween } from "./refine-pass.js";
import { planBetween, planTarget, type RefinePlan } from "./refine-plan.js";
import { passSeed, seedOf } from "./seed.js";
import { frameFile, PAGE_FILE } from "./steps.js";
import { newId } from "./store.js";
import { sheetFor } from "../grid/index.js";

export interface RefineInput {
  procedureId: string;
  /** two neighbours, counted from 1; or … */
  between?: readonly [number, number] | undefined;
  /** … the number of steps that the whole shall have */
  steps?: number | undefined;
  /** texts for the new steps, in order */
  captions?: readonly string[] | undefined;
  seed?: number | undefined;
}

/** A step and its PNG. */
interface Picture {
  step: ProcedureStep;
  png: Uint8Array;
}

export async function refine(
  context: Context,
  input: RefineInput,
  { signal, onProgress }: MakeOptions = {},
): Promise<Procedure> {
  const startedAt = performance.now();
  const { model, store, pictures } = context;
  const parent = await store.load(input.procedureId);
  const interpolation = openInterpolation(context, parent);
  const plan = planFor(parent, input);
  const texts = textsByFrame(parent, plan, input.captions);
  const seed = seedOf(input.seed);

  // Frames go by number here, in the order in which they came to be.
  const made = await readSteps(context, parent);
  const passes: (PaintedFrames & { prompt: string })[] = [];
  for (const [index, { before, after, created }] of plan.passes.entries()) {
    const [left, right] = [pictureAt(made, before), pictureAt(made, after)];
    const captions = created.map(
      (frame, k) =>
        texts?.get(frame) ??
        betweenCaption(left.step.caption, right.step.caption, k + 1, created.length),
    );
    const framed = texts !== undefined && created.length === 2;
    const painted = await paintBetween(
      context,
      interpolation,
      {
        before: left.png,
        after: right.png,
        keep: created.length,
        seed: passSeed(seed, index),
        texts: framed ? [left.step.caption, ...captions, right.step.caption] : undefined,
      },
      { signal, onProgress: ofPass(onProgress, index, plan.passes.length) },
    );
    passes.push(painted);
    for (const [k, { png, widthPx, heightPx }] of painted.frames.entries())
      made.push({
        step: {
          id: freeId(made),
          caption: captions[k] ?? "",
          file: "",
          widthPx,
          heightPx,
          origin: { kind: "interpolated", between: [left.step.id, right.step.id] },
        },
        png,
      });
  }

  const ordered = plan.order.map((frame) => pictureAt(made, frame));
  const page = await pictures.compose({
    sources: ordered.map(({ png }) => ({ bytes: png })),
    layout: sheetFor(ordered.length),
    cellPx: parent.framePx,
  });
  signal?.throwIfAborted();
  const procedure: Procedure = {
    format: 1,
    id: newId(),
    mode: "refine",
    domain: parent.domain,
    subject: parent.subject,
    prompt: passes.at(-1)?.prompt ?? "",
    seed,
    createdAt: new Date().toISOString(),
    ...versionsOf(model, passes.at(-1)?.versions ?? {}),
    framePx: parent.framePx,
    steps: ordered.map(({ step }, i) => ({ ...step, file: frameFile(i) })),
    page: PAGE_FILE,
    parent: parent.id,
    warnings: parent.warnings,
    notes: parent.notes,
    timings: addTimings(
      passes.map(({ timings }) => timings),
      startedAt,
    ),
  };
  await store.save(procedure, {
    [PAGE_FILE]: page.png,
    ...Object.fromEntries(ordered.map(({ png }, i) => [frameFile(i), png])),
  });
  return procedure;
}

function planFor({ steps }: Procedure, { between, steps: target }: RefineInput): RefinePlan {
  if (between !== undefined && target === undefined) return planBetween(steps.length, between);
  if (target !== undefined && between === undefined) return planTarget(steps.length, target);
  throw new ProcedureError(
    "bad_target",
    "give either between: [a, b], two neighbours counted from 1, or steps, the number of steps that the whole shall have",
  );
}

/** The caller's texts by the number of the frame each is for. */
function textsByFrame(
  { steps }: Procedure,
  { order }: RefinePlan,
  captions: readonly string[] | undefined,
): Map<number, string> | undefined {
  if (captions === undefined) return undefined;
  const fresh = order.filter((frame) => frame >= steps.length);
  const texts = cleanCaptions(captions, fresh.length, "captions");
  return new Map(fresh.map((frame, i) => [frame, texts[i] ?? ""]));
}

function readSteps({ store }: Context, { id, steps }: Procedure): Promise<Picture[]> {
  return Promise.all(
    steps.map(async (step) => ({ step, png: await readFile(store.filePath(id, step.file)) })),
  );
}

/** Reports a pass as its share of the whole job. */
function ofPass(
  onProgress: MakeOptions["onProgress"],
  index: number,
  count: number,
): MakeOptions["onProgress"] {
  return ({ fraction, message }) =>
    onProgress?.({
      fraction: (index + fraction) / count,
      message: count > 1 ? `pass ${index + 1} of ${count}: ${message}` : message,
    });
}

function pictureAt(pictures: readonly Picture[], frame: number): Picture {
  const picture = pictures[frame];
  if (picture === undefined) throw new RangeError(`refine: no frame ${frame}`);
  return picture;
}

function freeId(made: readonly Picture[]): string {
  const taken = new Set(made.map(({ step }) => step.id));
  let number = taken.size + 1;
  while (taken.has(`s${number}`)) number++;
  return `s${number}`;
}
