// CLIP scores of procedures: the last frame against the words of the subject, as the pictures lie there.
import { findProcedures } from "../procedure-folder.js";
import type { PictureOperations } from "../../workers/index.js";
import type { ClipScorer } from "./score.js";

export interface ScoredProcedure {
  folder: string;
  subject: string;
  model: string;
  /** 0 … 100 */
  score: number;
}

/** Large enough for any CLIP. */
const FRAME_PX = 448;

/** @throws EvaluationError `bad_procedure`; what the picture child says */
export async function scoreProcedures(
  folders: readonly string[],
  scorer: ClipScorer,
  pictures: Pick<PictureOperations, "fit">,
): Promise<ScoredProcedure[]> {
  const found = (await Promise.all(folders.map(findProcedures))).flat();
  const scored: ScoredProcedure[] = [];
  for (const { folder, procedure, pictures: files } of found) {
    const source = { path: files.at(-1)!, within: [folder] };
    const frame = await pictures.fit({ source, sidePx: FRAME_PX });
    const { subject, model } = procedure;
    scored.push({ folder, subject, model: model.name, score: await scorer.score(frame, subject) });
  }
  return scored;
}
