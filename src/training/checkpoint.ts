// Everything that a run needs to go on as if it had never stopped, in one file: parameters, what the
// optimiser and the average keep, and the number of steps made.
import { stat } from "node:fs/promises";
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
  path: string,
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
  const metadata = {
    counters: JSON.stringify(made),
    numbers: JSON.stringify(numbers),
    fingerprint,
    decisive: JSON.stringify(decisive),
    checksum: checksum(tensors.values()),
  };
  const flat = new Map([...tensors].map(([name, data]) => [name, { shape: [data.length], data }]));
  await writeSafetensors(path, flat, { metadata });
}

/**
 * @returns undefined where there is no checkpoint yet
 * @throws TrainingError `bad_checkpoint` when it belongs to another configuration or is broken
 */
export async function loadCheckpoint(
  path: string,
  run: Resumable,
  origin: Origin,
): Promise<Counters | undefined> {
  if (!(await exists(path))) return undefined;
  try {
    return await restore(path, run, origin);
  } catch (error) {
    if (error instanceof TrainingError) throw error;
    throw new TrainingError(
      "bad_checkpoint",
      `${path} is damaged (${error instanceof Error ? error.message : error}): put a copy back, or move it away to begin anew`,
      { cause: error },
    );
  }
}

async function restore(path: string, run: Resumable, origin: Origin): Promise<Counters> {
  const file = await openSafetensors(path);
  const { fingerprint, decisive = "{}", checksum: sum } = file.metadata;
  if (fingerprint !== origin.fingerprint)
    throw new TrainingError(
      "bad_checkpoint",
      `${path} was made with another configuration${difference(JSON.parse(decisive) as Origin["decisive"], origin.decisive)}: give the one it was made with, or another "out" folder`,
    );
  const names = [...file.tensors.keys()];
  const tensors = new Map(readFloats(file, names).map((data, i) => [names[i]!, data]));
  if (sum !== undefined && sum !== checksum(tensors.values()))
    throw new Error("its numbers are not those that were saved");
  const numbers = new Map(
    Object.entries(JSON.parse(file.metadata.numbers ?? "") as Record<string, number[]>),
  );
  const made = counters.parse(JSON.parse(file.metadata.counters ?? ""));
  const stateOf = (name: string): SavedState => ({
    tensors: part(tensors, name),
    numbers: part(numbers, name),
  });
  run.optimizer.restore(stateOf("optimizer"));
  run.average.restore(stateOf("average"));
  const values = part(tensors, "parameter");
  for (const { name, value } of run.parameters) {
    const saved = values.get(name);
    if (saved?.length !== value.length) throw new Error(`no ${name} of ${value.length} numbers`);
    value.set(saved);
  }
  return made;
}

/** What is called `name/…`, without that. */
const part = <T>(all: ReadonlyMap<string, T>, name: string): Map<string, T> =>
  new Map(
    [...all].flatMap(([key, value]) =>
      key.startsWith(`${name}/`) ? [[key.slice(name.length + 1), value] as const] : [],
    ),
  );

/** Of all numbers, in the file's order. */
function checksum(tensors: Iterable<Float32Array>): string {
  let sum = 0;
  for (const { buffer, byteOffset, byteLength } of tensors)
    sum = crc32(new Uint8Array(buffer, byteOffset, byteLength), sum);
  return String(sum);
}

/** The first field that is not the same; nothing where it is not known. */
function difference(was: Origin["decisive"], is: Origin["decisive"]): string {
  const short = (value: unknown) => (JSON.stringify(value) ?? "not given").slice(0, 80);
  for (const name of Object.keys(was))
    if (short(was[name]) !== short(is[name]))
      return ` (${name} was ${short(was[name])}, now it is ${short(is[name])})`;
  return "";
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return false;
      throw error;
    },
  );
