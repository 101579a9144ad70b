// More steps between the steps there are. The result is a new procedure; the old one, and every file
// taken over from it, stays as it is.
import { readFile } from "node:fs/promises";
import { tellPlaces } from "./captions.js";
import type { Context } from "./context.js";
import { ProcedureError } from "./error.js";
import { finish } from "./finish.js";
import { cleanCaptions } from "./input.js";
import { unreadCaptions } from "./knowledge.js";
import type { MakeOptions, PaintedFrames } from "./paint.js";
import type { Procedure } from "./procedure.js";
import { readsSteps } from "./prompt.js";
import { openInterpolation, paintBetween } from "./refine-pass.js";
import { type Pass, planBetween, planTarget, type RefinePlan } from "./refine-plan.js";
import { passSeed, seedOf } from "./seed.js";
import type { DrawnStep } from "./steps.js";
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
  await store.prepare();

  // Frames go by number here, in the order in which they came to be.
  const made = await readSteps(context, parent);
  const passes: (PaintedFrames & { prompt: string })[] = [];
  const isFramed = ({ created }: Pass) => created.length === 2 && readsSteps(model, 4);
  for (const [index, pass] of plan.passes.entries()) {
    const [left, right] = [stepAt(made, pass.before), stepAt(made, pass.after)];
    const captions = texts && pass.created.map((frame) => texts.get(frame) ?? "");
    const painted = await paintBetween(
      context,
      interpolation,
      {
        before: left.png,
        after: right.png,
        keep: pass.created.length,
        seed: passSeed(seed, index),
        texts: captions && isFramed(pass) ? [left.caption, ...captions, right.caption] : undefined,
      },
      { signal, onProgress: ofPass(onProgress, index, plan.passes.length) },
    );
    passes.push(painted);
    for (const [k, frame] of painted.frames.entries())
      made.push({
        id: freeId(made),
        caption: captions?.[k] ?? "",
        captionBy: captions ? "caller" : "place",
        origin: { kind: "interpolated", between: [left.id, right.id] },
        ...frame,
      });
  }

  const steps = tellPlaces(plan.order.map((frame) => stepAt(made, frame)));
  const page = await pictures.compose({
    sources: steps.map(({ png }) => ({ bytes: png })),
    layout: sheetFor(steps.length),
    cellPx: parent.framePx,
  });
  signal?.throwIfAborted();
  const unread = texts !== undefined && !plan.passes.every(isFramed);
  return finish(
    context,
    {
      mode: "refine",
      parent,
      domain: parent.domain,
      subject: parent.subject,
      prompt: passes.at(-1)?.prompt ?? "",
      seed,
      framePx: parent.framePx,
      warnings: [...new Set([...parent.warnings, ...(unread ? [unreadCaptions(model)] : [])])],
      notes: parent.notes,
      startedAt,
      passes,
    },
    { page, steps },
  );
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

function readSteps({ store }: Context, parent: Procedure): Promise<DrawnStep[]> {
  return Promise.all(
    parent.steps.map(async ({ file, ...step }) => ({
      ...step,
      png: await readFile(store.filePath(parent.id, file)),
    })),
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

function stepAt(made: readonly DrawnStep[], frame: number): DrawnStep {
  const step = made[frame];
  if (step === undefined) throw new RangeError(`refine: no frame ${frame}`);
  return step;
}

function freeId(made: readonly DrawnStep[]): string {
  const taken = new Set(made.map(({ id }) => id));
  let number = taken.size + 1;
  while (taken.has(`s${number}`)) number++;
  return `s${number}`;
}
