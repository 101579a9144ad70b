// `makeanything eval clip`: how well the last frames of procedures agree with their words.
import path from "node:path";
import { packageRoot } from "../config.js";
import { openClipScorer, scoreProcedures, type ClipScorer } from "../evaluation/index.js";
import { createPictureHost } from "../workers/index.js";

export interface ClipFlags {
  clip?: string;
  json?: boolean;
}

export async function clipScores(folders: string[], { clip, json }: ClipFlags): Promise<void> {
  const { scorer, skipped } = await findClip(clip);
  if (scorer === undefined) return console.log(json ? JSON.stringify({ skipped }) : skipped);
  const pictures = createPictureHost();
  try {
    const scores = await scoreProcedures(folders, scorer, pictures);
    const mean = scores.reduce((sum, { score }) => sum + score, 0) / scores.length;
    if (json) return console.log(JSON.stringify({ mean, scores }));
    for (const { score, subject, folder } of scores)
      console.log(`${score.toFixed(2)}  ${subject}  ${folder}`);
    console.log(`${mean.toFixed(2)}  mean of ${scores.length}`);
  } finally {
    await pictures.close();
    await scorer.close();
  }
}

/**
 * Where no weights are, whoever named no folder is told why there are no scores.
 * @throws EvaluationError where the folder that was named has none
 */
export async function findClip(
  folder: string | undefined,
): Promise<{ scorer: ClipScorer; skipped?: never } | { scorer?: never; skipped: string }> {
  try {
    return { scorer: await openClipScorer(folder ?? path.join(packageRoot(), "models", "clip")) };
  } catch (error) {
    if (folder !== undefined) throw error;
    return { skipped: `CLIP score skipped: ${(error as Error).message}` };
  }
}
