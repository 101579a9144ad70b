// The demo's page: three procedures, each in the step player, in one file that holds its pictures.
import { readFile } from "node:fs/promises";
import { type Chapter, renderHtml } from "#src/exports/index.js";
import type { ProcedureRecord } from "#src/tools/index.js";

export interface Shown {
  /** the tool that made it */
  tool: string;
  record: ProcedureRecord;
}

const TITLES: Record<ProcedureRecord["mode"], string> = {
  generate: "From words",
  recraft: "From a picture",
  refine: "Steps in between",
};

export async function renderPage(shown: readonly Shown[]): Promise<string> {
  const subject = shown[0]?.record.subject ?? "";
  return renderHtml(`How ${subject} is made`, await Promise.all(shown.map(toChapter)));
}

async function toChapter({ tool, record }: Shown): Promise<Chapter> {
  const { mode, domain, seed, steps, timings, warnings, notes, model } = record;
  const seconds = ((timings["totalMs"] ?? 0) / 1000).toFixed(1);
  return {
    title: TITLES[mode],
    facts: `${tool} · ${domain} · ${steps.length} steps · seed ${seed} · model “${model}” · ${seconds} s`,
    warnings,
    notes,
    steps: await Promise.all(
      steps.map(async ({ caption, file, origin }) => ({
        caption,
        isNew: origin === "interpolated",
        src: `data:image/png;base64,${await readFile(file, "base64")}`,
      })),
    ),
  };
}
