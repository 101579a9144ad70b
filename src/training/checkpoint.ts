// Everything that a run needs to go on as if it had never stopped, in one file: parameters, what the
// optimiser and the average keep, and the number of steps made.
import { mkdir, stat } from "node:fs/promises";
import path from "node:path";
import { crc32 } from "node:zlib";
import { z } from "zod";
import {
  openSafetensors,
  readFloats,
  writeSafetensors,
  type Average,
  type Optimizer,
  type Parameter,
  type SavedState,
} from "../engine/train/index.js";
import { TrainingError } from "./error.js";

export interface Resumable {
  parameters: readonly Parameter[];
  optimizer: Optimizer;
  average: Average;
}

/** The configuration of a run: only the same one may go on. */
export interface Origin {
  fingerprint: string;
  /** what the fingerprint is of, to say what differs */
  decisive: Readonly<Record<string, unknown>>;
}

const counters = z.object({
  /** steps made */
  step: z.int().nonnegative(),
  samples: z.number(),
  /** of all sessions together */
  seconds: z.number(),
});
export type Counters = z.infer<typeof counters>;

export async function saveCheckpoint(
  file: string,
  run: Resumable,
  made: Counters,
  { fingerprint, decisive }: Origin,
): Promise<void> {
  const tensors = new Map<string, Float32Array>();
  const numbers: Record<string, readonly number[]> = {};
  for (const { name, value } of run.parameters) tensors.set(`parameter/${name}`, value);
  for (const part of ["optimizer", "average"] as const) {
    const state = run[part].state();
    for (const [name, data] of state.tensors) tensors.set(`${part}/${name}`, data);
    for (const [name, values] of state.numbers) numbers[`${part}/${name}`] = values;
  }
  const kept = { counters: JSON.stringify(made), numbers: JSON.stringify(numbers) };
  const metadata = {
    ...kept,
    fingerprint,
    decisive: JSON.stringify(decisive),
    checksum: checksum(kept, tensors.values()),
  };
  const flat = new Map([...tensors].map(([name, data]) => [name, { shape: [data.length], data }]));
  await writeSafetensors(file, flat, { metadata });
}

/**
 * @returns undefined where there is no checkpoint yet
 * @throws TrainingError `bad_checkpoint` when it belongs to another configuration or is broken
 */
export async function loadCheckpoint(
  file: string,
  run: Resumable,
  origin: Origin,
): Promise<Counters | undefined> {
  if (!(await exists(file))) return undefined;
  try {
    return await restore(file, run, origin);
  } catch (error) {
    if (error instanceof TrainingError) throw error;
    throw new TrainingError(
      "bad_checkpoint",
      `${file} is damaged (${error instanceof Error ? error.message : error}): put a copy back, or move it away to begin anew`,
      { cause: error },
    );
  }
}

async function restore(from: string, run: Resumable, origin: Origin): Promise<Counters> {
  const file = await openSafetensors(from);
  const { fingerprint, decisive = "{}", checksum: sum } = file.metadata;
  const { counters: made = "", numbers = "" } = file.metadata;
  if (fingerprint !== origin.fingerprint)
    throw new TrainingError(
      "bad_checkpoint",
      `${from} was made with another configuration${difference(JSON.parse(decisive) as Origin["decisive"], origin.decisive)}: give the one it was made with, or another "out" folder`,
    );
  const names = [...file.tensors.keys()];
  const tensors = new Map(readFloats(file, names).map((data, i) => [names[i]!, data]));
  if (sum !== undefined && sum !== checksum({ counters: made, numbers }, tensors.values()))
    throw new Error("its numbers are not those that were saved");
  const lists = new Map(Object.entries(JSON.parse(numbers) as Record<string, number[]>));
  const stateOf = (name: string): SavedState => ({
    tensors: part(tensors, name),
    numbers: part(lists, name),
  });
  const { packed } = file.metadata;
  if (packed !== FINISHED) run.optimizer.restore(stateOf("optimizer"));
  const values = part(tensors, "parameter");
  for (const { name, value } of run.parameters) {
    const saved = values.get(name);
    if (saved?.length !== value.length) throw new Error(`no ${name} of ${value.length} numbers`);
    value.set(saved);
  }
  // A packed checkpoint has no average: it begins anew where the weights stand.
  if (packed === undefined) run.average.restore(stateOf("average"));
  else run.average.restart();
  return counters.parse(JSON.parse(made));
}

/** What packed checkpoints say that they hold. */
const UNFINISHED = "16-bit numbers, no average";
const FINISHED = "the average, as it is exported";

/**
 * Writes what a run needs to go on elsewhere, in half the bytes or less: 16-bit numbers, and no average.
 * It goes on nearly as if it had never stopped, not bit for bit. One at its last step keeps its average
 * alone, and exports the same bytes again.
 */
export async function packCheckpoint(from: string, to: string, steps: number): Promise<void> {
  const file = await openSafetensors(from);
  const isFinished = counters.parse(JSON.parse(file.metadata.counters ?? "")).step === steps;
  const kept = [...file.tensors.keys()].filter(
    (name) => name.startsWith("average/") === isFinished,
  );
  const tensors = new Map(
    readFloats(file, kept).map((data, i) => [
      kept[i]!.replace(/^average\//, "parameter/"),
      { shape: [data.length], data },
    ]),
  );
  const { checksum: _, ...rest } = file.metadata;
  const metadata = { ...rest, packed: isFinished ? FINISHED : UNFINISHED };
  await mkdir(path.dirname(to), { recursive: true });
  await writeSafetensors(to, tensors, { dtype: isFinished ? "F16" : "BF16", metadata });
}

/** What is called `name/…`, without that. */
const part = <T>(all: ReadonlyMap<string, T>, name: string): Map<string, T> =>
  new Map(
    [...all].flatMap(([key, value]) =>
      key.startsWith(`${name}/`) ? [[key.slice(name.length + 1), value] as const] : [],
    ),
  );

/** Of everything that is restored, in the file's order. */
function checksum(
  { counters: made, numbers }: { counters: string; numbers: string },
  tensors: Iterable<Float32Array>,
): string {
  let sum = crc32(made + numbers);
  for (const { buffer, byteOffset, byteLength } of tensors)
    sum = crc32(new Uint8Array(buffer, byteOffset, byteLength), sum);
  return String(sum);
}

/** The first field that is not the same; nothing where it is not known. */
function difference(was: Origin["decisive"], is: Origin["decisive"]): string {
  const text = (value: unknown) => JSON.stringify(value) ?? "not given";
  const name = Object.keys({ ...was, ...is }).find((key) => text(was[key]) !== text(is[key]));
  if (name === undefined || Object.keys(was).length === 0) return "";
  const [before, now] = [was[name], is[name]].map((value) => text(value).slice(0, 80));
  return ` (${name} was ${before}, now it is ${now})`;
}

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return false;
      throw error;
    },
  );
