import type { ProcedureRecord } from "#src/tools/index.js";
import { expect, test } from "vitest";
import { renderPage } from "../../demo/page.js";

const hostile = `<script>"'&`;
const escaped = "&#60;script&#62;&#34;&#39;&#38;";

function record(count: number): ProcedureRecord {
  return {
    procedure_id: "p",
    mode: "generate",
    domain: "sketch",
    subject: `a boat ${hostile}`,
    seed: 1,
    model: hostile,
    steps: Array.from({ length: count }, (_, i) => ({
      index: i + 1,
      caption: `${hostile} ${i + 1}`,
      file: `/far/away/step ${i + 1}#.png`,
      uri: "",
      width: 64,
      height: 64,
      origin: i === 1 ? "interpolated" : "generated",
    })),
    page: { file: "/far/away/page.png", uri: "" },
    manifest: { file: "/far/away/manifest.json", uri: "" },
    warnings: [hostile],
    notes: [hostile],
    timings: { totalMs: 1234 },
  };
}

const render = (count: number) =>
  renderPage([{ folder: "1 boat", tool: hostile, record: record(count) }]);

test("no text of a procedure becomes markup", () => {
  const html = render(9);
  expect(html).not.toContain("<script");
  expect(html).toContain(`<h1>How a boat ${escaped} is made</h1>`);
  expect(html).toContain(`<p class="warning">${escaped}</p>`);
  expect(html).toContain(`alt="${escaped} 9"`);
});

test("pictures are named relative to the page, whatever their file is called", () => {
  const links = [...render(4).matchAll(/src="([^"]*)"/g)].map(([, link]) => link);
  expect(links).toEqual([
    "1%20boat/step%201%23.png",
    "1%20boat/step%202%23.png",
    "1%20boat/step%203%23.png",
    "1%20boat/step%204%23.png",
    "1%20boat/page.png",
  ]);
});

test("steps in between are marked, with all that is known about them", () => {
  const html = render(11);
  expect(html.match(/<li/g)).toHaveLength(11);
  expect(html.match(/<li class="new">/g)).toHaveLength(1);
  expect(html).toContain("11 steps · seed 1");
  expect(html).toContain("1.2 s");
});

test.each([
  [4, 4],
  [9, 3],
  [11, 4],
  [16, 4],
])("%i steps lie in rows of %i", (count, columns) => {
  expect(render(count)).toContain(`<ol style="--columns: ${columns}">`);
});
