// The evaluation of a model that paints the world: every triple is asked once for each row of the tables,
// and what is measured is written down at once.
import path from "node:path";
import { fingerprint } from "../engine/train/index.js";
import { makeFolder } from "../make-folder.js";
import type { Raster } from "../raster.js";
import { chooseAsked, trueFrames, type Asked } from "./asked.js";
import { betweenRecords, DEPTHS } from "./between-rows.js";
import { openClassifier, type Classifier } from "./classifier/index.js";
import type { ClipScorer } from "./clip/index.js";
import { measurePainted } from "./measured.js";
import { openPainter, type Painter } from "./painter.js";
import { openRecords, type EvaluationRecord, type Records } from "./records.js";
import { rows, type Row } from "./rows.js";
import { saveStrip } from "./strips.js";

export interface EvaluateOptions {
  modelDir: string;
  /** the classifier's weights */
  classifier: string;
  /** gets results and pictures */
  out: string;
  count: number;
  seed: number;
  clip?: ClipScorer | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: ((done: number, all: number) => void) | undefined;
}

export interface Evaluated {
  model: string;
  asked: Asked[];
  records: readonly EvaluationRecord[];
}

/** Rows that say little more with five hundred triples are asked for so many. */
export const FEW = 100;
/** Of so many triples the report shows pictures. */
export const SHOWN = 12;

interface Run {
  out: string;
  painter: Painter;
  classifier: Classifier;
  clip: ClipScorer | undefined;
  records: Records;
}

/** Goes on where it was stopped. @throws EvaluationError, EngineError, ProcedureError; what `signal` says */
export async function evaluate(options: EvaluateOptions): Promise<Evaluated> {
  const { modelDir, out, clip, signal, onProgress } = options;
  const painter = await openPainter(modelDir, signal);
  const { model } = painter;
  try {
    const asked = chooseAsked(model, options);
    const classifier = await openClassifier(options.classifier);
    try {
      await makeFolder(path.join(out, "pictures"));
      const records = await openRecords(out, {
        model: model.name,
        version: painter.version,
        classifier: await fingerprint(options.classifier),
        seed: options.seed,
      });
      const run = { out, painter, classifier, clip, records };
      for (const [done, each] of asked.entries()) {
        onProgress?.(done, asked.length);
        await measure(each, run, signal);
      }
      onProgress?.(asked.length, asked.length);
      return {
        model: model.name,
        asked,
        records: records.all.filter(({ index }) => index < asked.length),
      };
    } finally {
      await classifier.close();
    }
  } finally {
    await painter.close();
  }
}

async function measure(asked: Asked, run: Run, signal: AbortSignal | undefined): Promise<void> {
  const { painter, classifier, records } = run;
  const { index } = asked;
  const truth = await trueFrames(asked, painter.frames);
  for (const row of rows) {
    signal?.throwIfAborted();
    const isAsked = (index < FEW || !row.few) && (row.isFor?.(painter) ?? true);
    if (isAsked && !records.has(row.name, index))
      await records.add(await measureRow(row, asked, truth, run));
  }
  signal?.throwIfAborted();
  const last = `between ${DEPTHS.at(-1)}`;
  if (index < FEW && painter.canInterpolate && !records.has(last, index))
    await records.add(...(await betweenRecords(asked, truth, classifier, painter)));
}

async function measureRow(
  row: Row,
  asked: Asked,
  truth: readonly Raster[],
  { out, painter, classifier, clip }: Run,
): Promise<EvaluationRecord> {
  const painted = await row.frames(asked, truth, painter);
  const { frames } = painted;
  const measures = await measurePainted(
    classifier,
    painted,
    asked,
    row.compared ? truth : undefined,
  );
  if (clip) measures.clip = await clip.score(frames.at(-1)!, asked.words);
  if (asked.index < SHOWN) await saveStrip(out, asked.index, row.name, frames);
  return { row: row.name, index: asked.index, measures };
}
