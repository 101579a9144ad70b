// The end of all work: one record of what was made, stored with its pictures.
import type { Context } from "./context.js";
import { newId } from "./id.js";
import type { PaintedFrames } from "./paint.js";
import type { Procedure } from "./procedure.js";
import type { DrawnStep } from "./steps.js";
import type { Frame } from "../workers/index.js";

/** What a mode knows of its own work. */
export interface Work extends Pick<
  Procedure,
  | "mode"
  | "domain"
  | "mix"
  | "styles"
  | "subject"
  | "prompt"
  | "seed"
  | "framePx"
  | "warnings"
  | "notes"
> {
  /** chosen before, or now */
  id?: string | undefined;
  parent?: Procedure;
  /** when it began, by `performance.now()` */
  startedAt: number;
  /** what the engine says of every page it painted */
  passes: readonly Pick<PaintedFrames, "versions" | "timings" | "adapters" | "sampling">[];
}

export interface Drawn {
  page: Frame;
  steps: readonly DrawnStep[];
  /** the caller's picture as it came */
  original?: { format: string; bytes: Uint8Array };
}

/** Throws `cannot_save`. */
export async function finish(
  { model, store }: Context,
  { id = newId(), parent, startedAt, passes, ...own }: Work,
  { page, steps, original }: Drawn,
): Promise<Procedure> {
  const version = passes.flatMap(({ versions }) => versions["transformer"] ?? []).at(-1) ?? "";
  const painter = { name: model.name, version };
  const files: Record<string, Uint8Array> = {};
  const keep = (file: string, bytes: Uint8Array) => {
    files[file] = bytes;
    return file;
  };
  const procedure: Procedure = {
    format: 1,
    id,
    ...own,
    ...(parent && { parent: parent.id }),
    createdAt: new Date().toISOString(),
    model: painter,
    sampling: passes.at(-1)?.sampling,
    adapters: allOf([...(parent?.adapters ?? []), ...passes.flatMap(({ adapters }) => adapters)]),
    steps: steps.map(({ png, ...step }, i) => ({ ...step, file: keep(frameFile(i), png) })),
    page: keep("page.png", page.png),
    ...(original && {
      original: keep(`original.${extensionOf(original.format)}`, original.bytes),
    }),
    notes: [...own.notes, ...painterNotes(painter, parent)],
    timings: addTimings(passes, startedAt),
  };
  await store.save(procedure, files);
  return procedure;
}

/** @param index - counted from 0 */
function frameFile(index: number): string {
  return `step-${String(index + 1).padStart(2, "0")}.png`;
}

/** Each once. A refined procedure holds frames that its parent's adapters painted, too. */
function allOf(adapters: Procedure["adapters"]): Procedure["adapters"] {
  return [...new Map(adapters.map((adapter) => [keyOf(adapter), adapter])).values()];
}

function keyOf({ name, domain, version, weight }: Procedure["adapters"][number]): string {
  return JSON.stringify([name, domain, version, weight]);
}

function painterNotes(
  { name, version }: Procedure["model"],
  parent: Procedure | undefined,
): string[] {
  if (parent === undefined || parent.model.version === version) return [];
  return [
    `The new steps were painted by the model “${name}” (${version}), those taken over from ${parent.id} by “${parent.model.name}” (${parent.model.version}).`,
  ];
}

/** Adds up what each pass took, in ms. */
function addTimings(passes: Work["passes"], startedAt: number): Record<string, number> {
  const sum = { loadMs: 0, textMs: 0, sampleMs: 0, decodeMs: 0 };
  for (const { timings } of passes)
    for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += timings[key];
  const timings = { ...sum, totalMs: performance.now() - startedAt };
  return Object.fromEntries(Object.entries(timings).map(([key, ms]) => [key, Math.round(ms)]));
}

/** @param format - as the decoder names it */
function extensionOf(format: string): string {
  return format === "jpeg" ? "jpg" : format;
}
