// Ways to paint, compared: every model is asked for the same triples in every way, and what is measured is
// written down at once.
import path from "node:path";
import { fingerprint } from "../../engine/train/index.js";
import { makeFolder } from "../../make-folder.js";
import { chooseAsked, trueFrames, type Asked } from "../asked.js";
import { betweenRecords, DEPTHS } from "../between-rows.js";
import { openClassifier, type Classifier } from "../classifier/index.js";
import { measurePainted } from "../measured.js";
import { blueShare } from "../measures/index.js";
import { openPainter, type Painter } from "../painter.js";
import { openRecords, type EvaluationRecord, type Records } from "../records.js";
import { saveStrip } from "../strips.js";
import type { ComparedWay, Comparison, ComparisonRecipe } from "./recipe.js";

export interface CompareOptions {
  /** the classifier's weights */
  classifier: string;
  signal?: AbortSignal | undefined;
  onProgress?: ((done: number, all: number) => void) | undefined;
}

/** What was measured of one model. */
export interface ComparedModel {
  asked: Asked[];
  records: readonly EvaluationRecord[];
}

/** Of so many triples there are pictures. */
const SHOWN = 4;

interface Run {
  out: string;
  painter: Painter;
  classifier: Classifier;
  records: Records;
}

/** Goes on where it was stopped. @throws EvaluationError, EngineError, ProcedureError; what `signal` says */
export async function compare(
  recipe: ComparisonRecipe,
  { signal, onProgress, ...options }: CompareOptions,
): Promise<ComparedModel[]> {
  const { models, comparisons, seed } = recipe;
  const classifier = await openClassifier(options.classifier);
  const perModel = comparisons.reduce((sum, { count }) => sum + count, 0);
  const compared: ComparedModel[] = [];
  try {
    for (const [i, modelDir] of models.entries()) {
      const out = path.join(recipe.out, `model-${i + 1}`);
      await makeFolder(path.join(out, "pictures"));
      const painter = await openPainter(modelDir, signal);
      try {
        const { model, version } = painter;
        const records = await openRecords(out, {
          model: model.name,
          version,
          classifier: await fingerprint(options.classifier),
          seed,
        });
        const run = { out, painter, classifier, records };
        let done = i * perModel;
        for (const comparison of comparisons)
          for (const asked of chooseAsked(model, { count: comparison.count, seed })) {
            signal?.throwIfAborted();
            onProgress?.(done++, models.length * perModel);
            await measure(comparison, asked, run);
          }
        const count = Math.max(...comparisons.map((each) => each.count));
        compared.push({ asked: chooseAsked(model, { count, seed }), records: records.all });
      } finally {
        await painter.close();
      }
    }
  } finally {
    await classifier.close();
  }
  return compared;
}

/** As the records call a way's row. */
export const rowOf = ({ title }: Comparison, { name }: ComparedWay): string => `${title}: ${name}`;

async function measure(comparison: Comparison, asked: Asked, run: Run): Promise<void> {
  const { painter, classifier, records } = run;
  const { index } = asked;
  const truth = await trueFrames(asked, painter.frames);
  if (comparison.task === "between") {
    if (!records.has(`between ${DEPTHS.at(-1)}`, index))
      await records.add(...(await betweenRecords(asked, truth, classifier, painter)));
    return;
  }
  for (const way of comparison.ways) {
    const row = rowOf(comparison, way);
    if (records.has(row, index)) continue;
    const isGiven = comparison.task === "recraft";
    const painted = isGiven
      ? await painter.recraft(asked, await lastTrueFrame(asked, painter), way)
      : await painter.generate(asked, way);
    const { frames } = painted;
    const measures = await measurePainted(classifier, painted, asked, isGiven ? truth : undefined);
    if (comparison.columns.includes("blueprint")) measures.blueprint = blueShare(frames.at(-1)!);
    if (index < SHOWN) await saveStrip(run.out, index, row, frames);
    await records.add({ row, index, measures });
  }
}

const lastTrueFrame = async (asked: Asked, { frames, cellPx }: Painter) =>
  (await trueFrames(asked, frames, cellPx)).at(-1)!;
