import { writeFileSync } from "node:fs";
import path from "node:path";
import type { ProcedureRecord } from "#src/tools/index.js";
import { expect, test } from "vitest";
import { renderPage } from "../../demo/page.js";
import { temporaryFolder } from "../support/temporary.js";

const folder = temporaryFolder();
const hostile = `<script>"'&`;
const escaped = "&#60;script&#62;&#34;&#39;&#38;";

function record(mode: ProcedureRecord["mode"], count: number): ProcedureRecord {
  return {
    procedure_id: "p",
    mode,
    domain: "sketch",
    subject: `a boat ${hostile}`,
    seed: 1,
    model: hostile,
    steps: Array.from({ length: count }, (_, i) => {
      const file = path.join(folder, `${i}.png`);
      writeFileSync(file, `picture ${i}`);
      const caption = `${hostile} ${i + 1}`;
      const origin = i === 1 ? "interpolated" : "generated";
      return { index: i + 1, caption, file, uri: "", width: 64, height: 64, origin };
    }),
    page: { file: "/far/away/page.png", uri: "" },
    manifest: { file: "/far/away/manifest.json", uri: "" },
    warnings: [hostile],
    notes: [hostile],
    timings: { totalMs: 1234 },
  };
}

test("the page holds three procedures with all that is known about them, and their pictures", async () => {
  const modes = ["generate", "recraft", "refine"] as const;
  const html = await renderPage(
    modes.map((mode, i) => ({ tool: `${mode}_tool`, record: record(mode, 9 + i) })),
  );
  expect(html).toContain(`<h1 dir="auto">How a boat ${escaped} is made</h1>`);
  for (const title of ["From words", "From a picture", "Steps in between"])
    expect(html).toContain(`<h2 dir="auto">${title}</h2>`);
  expect(html).toContain("refine_tool · sketch · 11 steps · seed 1");
  expect(html).toContain("1.2 s");
  expect(html.match(/<li/g)).toHaveLength(9 + 10 + 11);
  expect(html.match(/<li class="new">/g)).toHaveLength(3);
  expect(html).toContain(Buffer.from("picture 10").toString("base64"));
  expect(html.match(/<script/g)).toHaveLength(1);
  expect(html).toContain(`<p class="warning" dir="auto">${escaped}</p>`);
});
