// `makeanything eval judge`: procedures before a vision model, with the paper's rubric.
import path from "node:path";
import { keyFrom } from "./endpoint-key.js";
import { openFolder } from "./out-folder.js";
import { createProgressBar } from "./progress-bar.js";
import { criterionNames, judge, meanScores, type Judged } from "../evaluation/index.js";
import { createPictureHost } from "../workers/index.js";

export interface JudgeFlags {
  endpoint: string;
  model: string;
  apiKeyEnv?: string;
  timeoutS: number;
  out?: string;
  json?: boolean;
}

export async function judgeProcedures(
  folders: string[],
  { endpoint, model, apiKeyEnv, timeoutS, out = "judgements.jsonl", json }: JudgeFlags,
  signal: AbortSignal,
): Promise<void> {
  const key = keyFrom(apiKeyEnv);
  const file = path.join(await openFolder(path.dirname(out)), path.basename(out));
  const pictures = createPictureHost();
  const bar = createProgressBar();
  let judged: Judged;
  try {
    judged = await judge(folders, {
      endpoint,
      model,
      key,
      pictures,
      file,
      signal,
      patience: { timeoutMs: 1000 * timeoutS },
      onProgress: (done, all) =>
        bar.report({
          fraction: done / all,
          message: `judging ${Math.min(done + 1, all)} of ${all}`,
        }),
    });
  } finally {
    bar.stop();
    await pictures.close();
  }
  const means = meanScores(judged.judgements);
  console.log(json ? JSON.stringify({ means, ...judged, file }) : tell(judged, file));
  if (judged.failed.length > 0) process.exitCode = 1;
}

function tell({ judgements, failed }: Judged, file: string): string {
  return [
    ...judgements.map(({ subject, domain, verdict }) =>
      [
        `${subject}, ${domain}`,
        ...criterionNames.map(
          (name) => `  ${name} ${verdict[name].score}: ${verdict[name].reason}`,
        ),
      ].join("\n"),
    ),
    "",
    `| painted by | n | ${criterionNames.join(" | ")} |`,
    `| --- | --: |${criterionNames.map(() => " --: |").join("")}`,
    ...meanScores(judgements).map(
      ({ model, count, scores }) =>
        `| ${model} | ${count} | ${criterionNames.map((name) => scores[name].toFixed(2)).join(" | ")} |`,
    ),
    "",
    ...failed.map(({ folder, message }) => `Not judged: ${folder}: ${message}`),
    file,
  ].join("\n");
}
