// A stored procedure with real pictures, told in whatever words a test likes.
import path from "node:path";
import { packageRoot } from "#src/config.js";
import type { ExportContext } from "#src/exports/export.js";
import { pictureOperations } from "#src/pictures/index.js";
import { loadDomains } from "#src/procedures/domains.js";
import type { Procedure } from "#src/procedures/index.js";
import { createStore } from "#src/procedures/store.js";
import { plain } from "../pictures/made.js";
import { sampleProcedure } from "../procedures/fixtures/sample.mjs";

/** Words that would like to be markup, and words in other scripts. */
export const CAPTIONS = [
  `<script>alert(1)</script><img src=x onerror=alert(2)> "a" 'b' & [c](javascript:alert(3)) \`d\` $e$`,
  "ارسم الشكل الأساسي للصاروخ بخط خفيف جدا على الورقة",
  "用轻轻的线条画出火箭的基本形状 😀",
  "हल्के हाथ से रॉकेट का आकार बनाएँ",
  "Draw the basic forms – “lightly”.",
];

export function exportContext(dataDir: string): ExportContext {
  return {
    dataDir,
    store: createStore(dataDir),
    pictures: pictureOperations(),
    domains: loadDomains(path.join(packageRoot(), "adapters")),
  };
}

export async function saveSample(
  { store }: Pick<ExportContext, "store">,
  captions: readonly string[] = CAPTIONS,
  changes: Partial<Procedure> = {},
): Promise<Procedure> {
  const png = await plain(64, 64).png().toBuffer();
  const sample = sampleProcedure();
  const steps = captions.map((caption, i) => ({
    ...sample.steps[0]!,
    id: `s${i}`,
    caption,
    file: `step-${i + 1}.png`,
  }));
  const procedure: Procedure = { ...sample, subject: "a red rocket", steps, ...changes };
  const files = Object.fromEntries(
    [...steps.map(({ file }) => file), "page.png"].map((f) => [f, png]),
  );
  await store.save(procedure, files);
  return procedure;
}
