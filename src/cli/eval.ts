// `makeanything eval`: what a model paints, held against the sequences of the world.
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { findClip } from "./eval-clip.js";
import { openFolder } from "./out-folder.js";
import { createProgressBar } from "./progress-bar.js";
import { configFrom, type Flags } from "./settings.js";
import { packageRoot } from "../config.js";
import { evaluate, markdownTable, renderReport, tablesOf } from "../evaluation/index.js";

export interface EvalFlags extends Flags {
  out?: string;
  count?: number;
  seed?: number;
  /** a folder with CLIP's weights */
  clip?: string;
  json?: boolean;
}

/** The weights that tell what frames show, as they ship. */
export const classifierFile = (): string =>
  path.join(packageRoot(), "models", "evaluation", "classifier.safetensors");

export async function evaluateModel(flags: EvalFlags, signal: AbortSignal): Promise<void> {
  const { modelDir } = configFrom(flags);
  const { count = 500, seed = 1 } = flags;
  const out = await openFolder(flags.out ?? "evaluation");
  const { scorer: clip, skipped } = await findClip(flags.clip);
  const notes = skipped === undefined ? [] : [skipped];
  const bar = createProgressBar();
  let evaluated;
  try {
    evaluated = await evaluate({
      modelDir,
      classifier: classifierFile(),
      out,
      count,
      seed,
      clip,
      signal,
      onProgress: (done, all) =>
        bar.report({
          fraction: done / all,
          message: `measuring ${Math.min(done + 1, all)} of ${all}`,
        }),
    });
  } finally {
    bar.stop();
    await clip?.close();
  }
  if (evaluated.asked.length < count)
    notes.push(
      `${count} triples were asked for; this model and the held-out part of the world share ${evaluated.asked.length}.`,
    );
  const tables = tablesOf(evaluated.records);
  const text = [...tables.map(markdownTable), ...notes].join("\n\n");
  const files = { table: path.join(out, "table.md"), report: path.join(out, "report.html") };
  await writeFile(files.table, `# Evaluation of ${evaluated.model}\n\n${text}\n`);
  await writeFile(
    files.report,
    await renderReport(evaluated, { out, notes, writtenAt: new Date() }),
  );
  if (flags.json) return console.log(JSON.stringify({ tables, notes, files }));
  console.log(`${text}\n\n${files.report}`);
}
