// What a run leaves to look at: a line a step, and pictures on the way.
import { appendFile, readFile } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";
import type { Preview } from "./objective.js";

export interface LogRecord {
  step: number;
  samples: number;
  seconds: number;
  loss: number;
  /** of the gradients, before clipping */
  norm: number;
  rate: number;
}

const LOG = "log.jsonl";

export async function appendRecord(out: string, record: LogRecord): Promise<void> {
  await appendFile(path.join(out, LOG), `${JSON.stringify(record)}\n`);
}

/**
 * The records in order. After a crash the run repeats steps that it had logged: the later record of a
 * step counts, and a line cut short does not.
 */
export async function readRecords(out: string): Promise<LogRecord[]> {
  const text = await readFile(path.join(out, LOG), "utf8").catch(() => "");
  const bySteps = new Map<number, LogRecord>();
  for (const line of text.split("\n")) {
    const record = parseLine(line);
    if (record !== undefined) bySteps.set(record.step, record);
  }
  return [...bySteps.values()].toSorted((a, b) => a.step - b.step);
}

function parseLine(line: string): LogRecord | undefined {
  try {
    return JSON.parse(line) as LogRecord;
  } catch {
    return undefined;
  }
}

/** `samples/000100-<name>.png` */
export async function savePreview(out: string, step: number, preview: Preview): Promise<void> {
  for (const { name, picture } of preview) {
    const { width, height, data } = picture;
    const file = path.join(out, "samples", `${String(step).padStart(6, "0")}-${name}.png`);
    await sharp(data, { raw: { width, height, channels: 3 } })
      .png()
      .toFile(file);
  }
}
