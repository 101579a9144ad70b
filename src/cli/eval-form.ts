// `makeanything eval form`: a blind comparison for people, and what their answers come to.
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { openFolder } from "./out-folder.js";
import { makeForm, tally, type Count } from "../evaluation/index.js";
import { readJsonFile } from "../json-file.js";
import { createPictureHost } from "../workers/index.js";

export interface FormFlags {
  out?: string;
  /** files with answers */
  read?: string[];
  json?: boolean;
}

const KEY = "key.json";

export async function comparisonForm(
  folders: readonly string[],
  { out = "comparison", read, json }: FormFlags,
): Promise<void> {
  if (read) {
    const results = new Map<string, unknown>();
    for (const file of read) results.set(file, await readJsonFile(file, z.unknown()));
    const key = await readJsonFile(path.join(out, KEY), z.unknown());
    const counts = tally(key, results);
    const { a, b } = key as { a: string; b: string };
    return console.log(json ? JSON.stringify({ a, b, counts }) : tell(counts, a, b));
  }
  const [a, b, ...more] = folders;
  if (a === undefined || b === undefined || more.length > 0)
    throw new Error("eval form needs two folders with procedures, or --read with answers");
  const folder = await openFolder(out);
  const pictures = createPictureHost();
  try {
    const { html, key } = await makeForm(a, b, pictures);
    const files = { form: path.join(folder, "form.html"), key: path.join(folder, KEY) };
    await writeFile(files.form, html);
    await writeFile(files.key, `${JSON.stringify(key, null, 1)}\n`);
    console.log(
      json
        ? JSON.stringify({ pairs: key.first.length, files })
        : `${key.first.length} pairs in ${files.form}; keep ${files.key} to yourself, it says whose is whose`,
    );
  } finally {
    await pictures.close();
  }
}

function tell(counts: readonly Count[], a: string, b: string): string {
  return [
    `| criterion | ${a} | alike | ${b} | by chance |`,
    "| --- | --: | --: | --: | --: |",
    ...counts.map(
      ({ criterion, a: forA, b: forB, same, chance }) =>
        `| ${criterion} | ${forA} | ${same} | ${forB} | ${chance.toFixed(3)} |`,
    ),
  ].join("\n");
}
