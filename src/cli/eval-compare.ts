// `makeanything eval compare`: ways to paint, measured against each other.
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { classifierFile } from "./eval.js";
import { openFolder } from "./out-folder.js";
import { createProgressBar } from "./progress-bar.js";
import { compare, comparisonTables, readComparison } from "../evaluation/index.js";

export interface CompareFlags {
  config: string;
  json?: boolean;
}

export async function compareWays(flags: CompareFlags, signal: AbortSignal): Promise<void> {
  const recipe = await readComparison(flags.config);
  const out = await openFolder(recipe.out);
  const bar = createProgressBar();
  let compared;
  try {
    compared = await compare(recipe, {
      classifier: classifierFile(),
      signal,
      onProgress: (done, all) =>
        bar.report({ fraction: done / all, message: `measuring ${done + 1} of ${all}` }),
    });
  } finally {
    bar.stop();
  }
  const tables = comparisonTables(recipe, compared);
  const file = path.join(out, "tables.md");
  await writeFile(file, `${tables.join("\n\n")}\n`);
  if (flags.json) return console.log(JSON.stringify({ tables, file }));
  console.log(`${tables.join("\n\n")}\n\n${file}`);
}
