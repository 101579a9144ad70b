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
import type { Plan } from "./plan.js";
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
  options: MakeOptions = {},
): Promise<Procedure> {
  const { make } = await planRefine(context, input);
  return make(options);
}

export async function planRefine(context: Context, input: RefineInput): Promise<Plan> {
  const { model, store, pictures } = context;
  const parent = await store.load(input.procedureId);
  const interpolation = openInterpolation(context, parent);
  const plan = planFor(parent, input);
  const texts = textsByFrame(parent, plan, input.captions);
  const seed = seedOf(input.seed);
  await store.prepare();
  return {
    request: { verb: "refine", input: { ...input, seed } },
    domain: parent.domain,
    subject: parent.subject,
    framesReady: parent.steps.length,
    frames: plan.order.length,
    pages: plan.passes.length,
    make,
  };

  /** A cancel keeps the passes that are finished; before the first one it rejects. */
  async function make({ id, signal, onProgress }: MakeOptions = {}): Promise<Procedure> {
    const startedAt = performance.now();
    // Frames go by number here, in the order in which they came to be.
    const made = await readSteps(context, await store.load(parent.id));
    const passes: (PaintedFrames & { prompt: string })[] = [];
    const isFramed = ({ created }: Pass) => created.length === 2 && readsSteps(model, 4);
    for (const [index, pass] of plan.passes.entries()) {
      const [left, right] = [stepAt(made, pass.before), stepAt(made, pass.after)];
      const captions = texts && pass.created.map((frame) => texts.get(frame) ?? "");
      const painting = paintBetween(
        context,
        interpolation,
        {
          before: left.png,
          after: right.png,
          keep: pass.created.length,
          seed: passSeed(seed, index),
          texts:
            captions && isFramed(pass) ? [left.caption, ...captions, right.caption] : undefined,
          more: index < plan.passes.length - 1,
        },
        { signal, onProgress: ofPass(onProgress, index, plan.passes.length, made.length) },
      );
      const painted = await painting.catch((error: unknown) => {
        if (!signal?.aborted || passes.length === 0) throw error;
      });
      if (painted === undefined) break;
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

    const there = plan.order.filter((frame) => frame < made.length);
    const steps = tellPlaces(there.map((frame) => stepAt(made, frame)));
    const page = await pictures.compose({
      sources: steps.map(({ png }) => ({ bytes: png })),
      layout: sheetFor(steps.length),
      cellPx: parent.framePx,
    });
    const unread = texts !== undefined && !plan.passes.every(isFramed);
    return finish(
      context,
      {
        id,
        mode: "refine",
        parent,
        domain: parent.domain,
        subject: parent.subject,
        prompt: passes.at(-1)?.prompt ?? "",
        seed,
        framePx: parent.framePx,
        warnings: [...new Set([...parent.warnings, ...(unread ? [unreadCaptions(model)] : [])])],
        notes: [...parent.notes, ...cancelNotes(passes.length, plan)],
        startedAt,
        passes,
      },
      { page, steps },
    );
  }
}

function cancelNotes(finished: number, { passes, order }: RefinePlan): string[] {
  if (finished === passes.length) return [];
  return [
    `The work was cancelled after ${finished} of ${passes.length} passes: ${order.length} steps were asked for.`,
  ];
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

/** Reports a pass as its share of the whole. */
function ofPass(
  onProgress: MakeOptions["onProgress"],
  index: number,
  count: number,
  framesReady: number,
): MakeOptions["onProgress"] {
  return ({ fraction, message }) =>
    onProgress?.({
      fraction: (index + fraction) / count,
      framesReady,
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
