// Procedures before a judge: a vision model that gives each criterion a score and a reason. Verdicts are
// written down as they come, so that it can end anywhere and go on later.
import { appendFile, readFile } from "node:fs/promises";
import { z } from "zod";
import { criterionNames, instructionFor, verdict, type Criterion, type Verdict } from "./rubric.js";
import { findProcedures, framesAsJpeg, type ProcedureFolder } from "../procedure-folder.js";
import { labelled, askVision, VisionError, type VisionRequest } from "../../captioning/index.js";
import type { PictureOperations } from "../../workers/index.js";

const judgement = z.object({
  /** of the procedure */
  id: z.string(),
  folder: z.string(),
  domain: z.string(),
  subject: z.string(),
  /** who painted it */
  model: z.string(),
  judge: z.string(),
  verdict,
});
export type Judgement = z.infer<typeof judgement>;

export interface JudgeOptions extends Pick<
  VisionRequest<Verdict>,
  "endpoint" | "model" | "key" | "signal" | "patience"
> {
  pictures: Pick<PictureOperations, "previews">;
  /** gets verdicts, a JSON object a line */
  file: string;
  onProgress?: ((done: number, all: number) => void) | undefined;
}

export interface Judged {
  judgements: Judgement[];
  failed: { folder: string; message: string }[];
}

const FRAME_PX = 448;

/**
 * Throws EvaluationError where a folder holds no procedure; VisionError where the judge cannot be asked at
 * all; what `signal` says.
 */
export async function judge(folders: readonly string[], options: JudgeOptions): Promise<Judged> {
  const { pictures, file, onProgress, ...endpoint } = options;
  const found = (await Promise.all(folders.map(findProcedures))).flat();
  const before = await readJudgements(file);
  const judged: Judged = { judgements: [], failed: [] };
  for (const [done, each] of found.entries()) {
    endpoint.signal?.throwIfAborted();
    onProgress?.(done, found.length);
    const { id, domain, subject, model } = each.procedure;
    const known = before.find((old) => old.id === id && old.judge === endpoint.model);
    if (known) {
      judged.judgements.push(known);
      continue;
    }
    const answer = await ask(each).catch((error: unknown) => {
      if (endpoint.signal?.aborted || !isOfThisOne(error)) throw error;
      judged.failed.push({ folder: each.folder, message: (error as Error).message });
      return undefined;
    });
    if (answer === undefined) continue;
    const fresh: Judgement = {
      id,
      folder: each.folder,
      domain,
      subject,
      model: model.name,
      judge: endpoint.model,
      verdict: answer,
    };
    await appendFile(file, `${JSON.stringify(fresh)}\n`);
    judged.judgements.push(fresh);
  }
  onProgress?.(found.length, found.length);
  return judged;

  async function ask(each: ProcedureFolder): Promise<Verdict> {
    const frames = await framesAsJpeg(each, pictures, FRAME_PX);
    return askVision({
      ...endpoint,
      images: labelled(frames),
      instruction: instructionFor(each.procedure, frames.length),
      schema: verdict,
    });
  }
}

/** Mean scores by who painted; all of it where that is nobody in particular. */
export function meanScores(
  judgements: readonly Judgement[],
): { model: string; count: number; scores: Record<Criterion, number> }[] {
  const models = [...new Set(judgements.map(({ model }) => model))];
  return models.map((model) => {
    const own = judgements.filter((each) => each.model === model);
    const mean = (name: Criterion) =>
      own.reduce((sum, each) => sum + each.verdict[name].score, 0) / own.length;
    const scores = Object.fromEntries(criterionNames.map((name) => [name, mean(name)]));
    return { model, count: own.length, scores: scores as Record<Criterion, number> };
  });
}

/** An answer that stays wrong or does not come says nothing of the next procedure; nor a broken picture. */
const isOfThisOne = (error: unknown): boolean =>
  !(error instanceof VisionError) || ["bad_answer", "timeout"].includes(error.code);

/** A line that is cut short or somebody else's counts as none; what comes next begins a new one. */
async function readJudgements(file: string): Promise<Judgement[]> {
  const text = await readFile(file, "utf8").catch(() => "");
  if (text !== "" && !text.endsWith("\n")) await appendFile(file, "\n");
  return text.split("\n").flatMap((line) => {
    const parsed = judgement.safeParse(parseJson(line));
    return parsed.success ? [parsed.data] : [];
  });
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
