// Everything that a run needs to go on as if it had never stopped, in one file: parameters, what the
// optimiser and the average keep, and the number of steps made.
import { stat } from "node:fs/promises";
import {
  openSafetensors,
  readFloats,
  writeSafetensors,
  type Average,
  type Optimizer,
  type Parameter,
  type SavedState,
  type TensorToWrite,
} from "../engine/train/index.js";

import { TrainingError } from "./error.js";

export interface Resumable {
  parameters: readonly Parameter[];
  optimizer: Optimizer;
  average: Average;
}

export interface Counters {
  /** steps made */
  step: number;
  samples: number;
  /** of all sessions together */
  seconds: number;
}

/** @param fingerprint - of the configuration: only the same one may go on */
export async function saveCheckpoint(
  path: string,
  run: Resumable,
  counters: Counters,
  fingerprint: string,
): Promise<void> {
  const tensors = new Map<string, TensorToWrite>();
  const numbers: Record<string, readonly number[]> = {};
  const keep = (part: string, name: string, data: Float32Array) =>
    tensors.set(`${part}/${name}`, { shape: [data.length], data });
  for (const { name, value } of run.parameters) keep("parameter", name, value);
  for (const part of ["optimizer", "average"] as const) {
    const state = run[part].state();
    for (const [name, data] of state.tensors) keep(part, name, data);
    for (const [name, values] of state.numbers) numbers[`${part}/${name}`] = values;
  }
  const metadata = {
    counters: JSON.stringify(counters),
    numbers: JSON.stringify(numbers),
    fingerprint,
  };
  await writeSafetensors(path, tensors, { metadata });
}

/**
 * @returns undefined where there is no checkpoint yet
 * @throws TrainingError `bad_checkpoint` when it belongs to another configuration or is broken
 */
export async function loadCheckpoint(
  path: string,
  run: Resumable,
  fingerprint: string,
): Promise<Counters | undefined> {
  if (!(await exists(path))) return undefined;
  const file = await openSafetensors(path);
  if (file.metadata.fingerprint !== fingerprint)
    throw new TrainingError(
      "bad_checkpoint",
      `${path} was made with another configuration: give the one it was made with, or another "out" folder`,
    );
  const names = [...file.tensors.keys()];
  const tensors = new Map(readFloats(file, names).map((data, i) => [names[i]!, data]));
  const numbers = new Map(
    Object.entries(JSON.parse(file.metadata.numbers ?? "{}") as Record<string, number[]>),
  );
  const part = <T>(all: ReadonlyMap<string, T>, name: string) =>
    new Map(
      [...all].flatMap(([key, value]) =>
        key.startsWith(`${name}/`) ? [[key.slice(name.length + 1), value] as const] : [],
      ),
    );
  const stateOf = (name: string): SavedState => ({
    tensors: part(tensors, name),
    numbers: part(numbers, name),
  });
  const values = part(tensors, "parameter");
  for (const { name, value } of run.parameters) {
    const saved = values.get(name);
    if (saved?.length !== value.length)
      throw new TrainingError(
        "bad_checkpoint",
        `${path} has no ${name} of ${value.length} numbers`,
      );
    value.set(saved);
  }
  run.optimizer.restore(stateOf("optimizer"));
  run.average.restore(stateOf("average"));
  return JSON.parse(file.metadata.counters ?? "") as Counters;
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
