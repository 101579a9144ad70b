// What was measured, a line each, so that an evaluation can end anywhere and go on later.
import { appendFile, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { EvaluationError } from "./error.js";

const record = z.object({
  /** a row of the tables */
  row: z.string(),
  /** of what was asked */
  index: z.int().nonnegative(),
  /** by name; yes is 1 and no is 0 */
  measures: z.record(z.string(), z.number()),
});
export type EvaluationRecord = z.infer<typeof record>;

/** What the records are about: others do not mix with them. */
const subject = z.object({
  model: z.string(),
  /** of the model's files, as the classifier's a fingerprint */
  version: z.string(),
  classifier: z.string(),
  seed: z.int(),
});
export type EvaluationSubject = z.infer<typeof subject>;

const FILE = "results.jsonl";

export interface Records {
  readonly all: EvaluationRecord[];
  has(row: string, index: number): boolean;
  add(...added: EvaluationRecord[]): Promise<void>;
}

/** @throws EvaluationError `bad_results` where the folder has those of something else */
export async function openRecords(folder: string, about: EvaluationSubject): Promise<Records> {
  const file = path.join(folder, FILE);
  const text = await readFile(file, "utf8").catch(() => "");
  // What a crash cut short ends without a line break, and is measured again.
  const lines = text
    .slice(0, text.lastIndexOf("\n") + 1)
    .split("\n")
    .filter(Boolean);
  const all: EvaluationRecord[] = [];
  const known = new Set<string>();
  const keep = (each: EvaluationRecord) => {
    all.push(each);
    known.add(`${each.row} ${each.index}`);
  };
  const [first, ...rest] = lines;
  if (first !== undefined) {
    if (JSON.stringify(parse(subject, first, file)) !== JSON.stringify(about))
      throw new EvaluationError(
        "bad_results",
        `${file} is about ${first.slice(0, 200)}, not ${JSON.stringify(about)}: give another --out`,
      );
    for (const line of rest) keep(parse(record, line, file));
  }
  await writeFile(file, lines.map((line) => `${line}\n`).join("") || `${JSON.stringify(about)}\n`);
  return {
    all,
    has: (row, index) => known.has(`${row} ${index}`),
    async add(...added) {
      await appendFile(file, added.map((each) => `${JSON.stringify(each)}\n`).join(""));
      added.forEach(keep);
    },
  };
}

function parse<T>(schema: z.ZodType<T>, line: string, file: string): T {
  try {
    return schema.parse(JSON.parse(line));
  } catch (error) {
    throw new EvaluationError(
      "bad_results",
      `${file}: not a line of an evaluation: ${line.slice(0, 80)}`,
      { cause: error },
    );
  }
}
