// More steps between the steps there are. The result is a new procedure; the old one, and every file
// taken over from it, stays as it is.
import { openBlend, type StyleChoice } from "./blend.js";
import type { Context } from "./context.js";
import { finish } from "./finish.js";
import { unreadCaptions } from "./knowledge.js";
import type { MakeOptions, PaintedFrames } from "./paint.js";
import type { Plan } from "./plan.js";
import type { Procedure } from "./procedure.js";
import { readsSteps } from "./prompt.js";
import { openInterpolation } from "./refine-interpolation.js";
import { paintBetween } from "./refine-pass.js";
import { placesFor, type Places, readSteps, textsByFrame } from "./refine-places.js";
import { Sequence } from "./refine-sequence.js";
import { passSeed, seedOf } from "./seed.js";
import { sheetFor } from "../grid/index.js";

export interface RefineInput {
  procedureId: string;
  /** two neighbours, counted from 1; or … */
  between?: readonly [number, number] | undefined;
  /** … the number of steps that the whole shall have: the new ones go where most happens */
  steps?: number | undefined;
  /** texts for the new steps, in order */
  captions?: readonly string[] | undefined;
  /** of the new steps; the parent's where none are given */
  styles?: readonly StyleChoice[] | undefined;
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
  const styles = input.styles ?? parent.styles;
  const blend = openBlend(context, { domain: parent.mix ?? parent.domain, styles });
  const interpolation = openInterpolation(context, parent, blend);
  const places = await placesFor(context, parent, input);
  const texts = textsByFrame(parent, places, input.captions);
  const seed = seedOf(input.seed);
  await store.prepare();
  return {
    request: {
      verb: "refine",
      input: { ...input, ...(input.styles && { styles: blend.record.styles ?? [] }), seed },
    },
    domain: parent.domain,
    subject: parent.subject,
    framesReady: parent.steps.length,
    frames: places.frames,
    pages: places.passes,
    make,
  };

  /** A cancel keeps the passes that are finished; before the first one it rejects. */
  async function make({ id, signal, onProgress, onPainted }: MakeOptions = {}): Promise<Procedure> {
    const startedAt = performance.now();
    const sequence = new Sequence(await readSteps(context, await store.load(parent.id)));
    const passes: (PaintedFrames & { prompt: string })[] = [];
    let unread = false;
    const choice = places.choose();
    for (let next = choice.next(); !next.done;) {
      const pass = next.value;
      const [left, right] = [sequence.at(pass.before), sequence.at(pass.after)];
      const captions = texts && pass.created.map((frame) => texts.get(frame) ?? "");
      const isFramed = pass.created.length === 2 && readsSteps(model, 4);
      const painting = paintBetween(
        context,
        interpolation,
        {
          before: left.png,
          after: right.png,
          keep: pass.created.length,
          seed: passSeed(seed, passes.length),
          texts: captions && isFramed ? [left.caption, ...captions, right.caption] : undefined,
          more: passes.length + 1 < places.passes,
        },
        {
          signal,
          onPainted,
          onProgress: ofPass(onProgress, passes.length, places.passes, sequence.length),
        },
      );
      const painted = await painting.catch((error: unknown) => {
        if (!signal?.aborted || passes.length === 0) throw error;
      });
      if (painted === undefined) break;
      passes.push(painted);
      unread ||= captions !== undefined && !isFramed;
      sequence.add(pass, painted.frames, captions);
      const isLast = passes.length === places.passes;
      // Texts have their places already.
      const measure = texts || isLast ? undefined : places.measure;
      next = choice.next(await measure?.(sequence.around(pass)));
    }

    const steps = sequence.steps();
    const page = await pictures.compose({
      sources: steps.map(({ png }) => ({ bytes: png })),
      layout: sheetFor(steps.length),
      cellPx: parent.framePx,
    });
    return finish(
      context,
      {
        id,
        mode: "refine",
        parent,
        ...blend.record,
        subject: parent.subject,
        prompt: passes.at(-1)?.prompt ?? "",
        seed,
        framePx: parent.framePx,
        warnings: [...new Set([...parent.warnings, ...(unread ? [unreadCaptions(model)] : [])])],
        notes: [
          ...new Set([
            ...parent.notes,
            ...interpolation.notes,
            ...cancelNotes(passes.length, places),
          ]),
        ],
        startedAt,
        passes,
      },
      { page, steps },
    );
  }
}

function cancelNotes(finished: number, { passes, frames }: Places): string[] {
  if (finished === passes) return [];
  return [
    `The work was cancelled after ${finished} of ${passes} passes: ${frames} steps were asked for.`,
  ];
}

/** Reports a pass as its share of the whole. */
function ofPass(
  onProgress: MakeOptions["onProgress"],
  index: number,
  count: number,
  framesReady: number,
): MakeOptions["onProgress"] {
  return ({ fraction, message, preview }) =>
    onProgress?.({
      preview,
      fraction: (index + fraction) / count,
      framesReady,
      message: count > 1 ? `pass ${index + 1} of ${count}: ${message}` : message,
    });
}
