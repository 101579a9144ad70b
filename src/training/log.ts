// What a run leaves to look at: a line a step, and pictures on the way.
import { readFile } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";
import type { Preview } from "./objective.js";
import { appendLine, writeWhole } from "./write.js";

export interface LogRecord {
  step: number;
  samples: number;
  seconds: number;
  /** NaN where the step was left out */
  loss: number;
  /** of the gradients, before clipping */
  norm: number;
  rate: number;
}

export const LOG = "log.jsonl";

export async function appendRecord(out: string, record: LogRecord): Promise<void> {
  await appendLine(path.join(out, LOG), JSON.stringify(record));
}

/** Brings the log to where a checkpoint stands: later steps are about to be made again. */
export async function rewindLog(out: string, step: number): Promise<void> {
  const records = await readRecords(out);
  await writeRecords(
    path.join(out, LOG),
    records.filter((record) => record.step <= step),
  );
}

/** Steps that a line of a packed log stands for. */
const PACKED_STEPS = 10;

/** Where the log of a packed checkpoint lies. */
const packedLog = (checkpoint: string): string =>
  `${checkpoint.replace(/\.safetensors$/, "")}.${LOG}`;

/** Puts the log beside a packed checkpoint, a line for ten steps: the last of them, with their mean loss and norm. */
export async function packLog(out: string, checkpoint: string): Promise<void> {
  const groups = new Map<number, LogRecord[]>();
  for (const record of await readRecords(out)) {
    const group = Math.ceil(record.step / PACKED_STEPS);
    groups.set(group, [...(groups.get(group) ?? []), record]);
  }
  const packed = [...groups.values()].map((group) => ({
    ...group.at(-1)!,
    loss: meanOf(group.map(({ loss }) => loss)),
    norm: meanOf(group.map(({ norm }) => norm)),
  }));
  if (packed.length > 0) await writeRecords(packedLog(checkpoint), packed);
}

/** Begins with the log of a packed checkpoint, where it has one. */
export async function unpackLog(checkpoint: string, out: string): Promise<void> {
  await writeRecords(path.join(out, LOG), await recordsOf(packedLog(checkpoint)));
}

/** Of the steps that were not left out; NaN where none was made. */
function meanOf(values: readonly number[]): number {
  const made = values.filter(Number.isFinite);
  return made.reduce((sum, value) => sum + value, 0) / made.length;
}

function writeRecords(file: string, records: readonly LogRecord[]): Promise<void> {
  return writeWhole(file, records.map((record) => `${JSON.stringify(record)}\n`).join(""));
}

/** The records in order; the later one of a step counts, and a line cut short does not. */
export const readRecords = (out: string): Promise<LogRecord[]> => recordsOf(path.join(out, LOG));

async function recordsOf(file: string): Promise<LogRecord[]> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  const records = text.split("\n").flatMap((line) => parseRecord(line) ?? []);
  const bySteps = new Map(records.map((record) => [record.step, record]));
  return [...bySteps.values()].toSorted((a, b) => a.step - b.step);
}

const fields = ["step", "samples", "seconds", "loss", "norm", "rate"] as const;

function parseRecord(line: string): LogRecord | undefined {
  let json: Partial<Record<string, unknown>> | null;
  try {
    json = JSON.parse(line) as typeof json;
  } catch {
    return undefined;
  }
  // JSON has no NaN: it is written as null.
  const values = fields.map((field) => [field, json?.[field] === null ? NaN : json?.[field]]);
  if (!values.every(([, value]) => typeof value === "number")) return undefined;
  const record = Object.fromEntries(values) as LogRecord;
  return Number.isInteger(record.step) ? record : undefined;
}

/** `samples/000100-<name>.png` */
export async function savePreview(out: string, step: number, preview: Preview): Promise<void> {
  for (const { name, picture } of preview) {
    const { width, height, data } = picture;
    const file = path.join(out, "samples", `${String(step).padStart(6, "0")}-${name}.png`);
    const png = sharp(data, { raw: { width, height, channels: 3 } }).png();
    await writeWhole(file, await png.toBuffer());
  }
}
