// The report as one HTML file: the tables, what they mean, and pictures of the first triples. It asks for
// nothing from outside.
import { reportStyle, escapeHtml } from "../training/index.js";
import { SHOWN, type Evaluated } from "./evaluate.js";
import type { EvaluationRecord } from "./records.js";
import { readStrip } from "./strips.js";
import { sayValue, type Table, tablesOf } from "./table.js";

const STYLE = `
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9375rem; font-variant-numeric: tabular-nums; }
th, td { padding: .4rem .6rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); }
th { font-weight: 600; color: var(--quiet); font-size: .8125rem; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
tr.own td { font-weight: 600; color: var(--accent); }
ul { margin: .75rem 0 0; padding: 0; list-style: none; color: var(--quiet); font-size: .8125rem; }
li b { color: var(--ink); font-weight: 600; }
article { margin-top: 1.5rem; }
article h3 { color: var(--ink); font-size: 1rem; }
figure.strip { display: grid; grid-template-columns: 8.5rem 1fr; gap: .75rem; align-items: center; margin-top: .4rem; }
.strip figcaption { display: block; margin: 0; line-height: 1.3; }
.strip figcaption b { display: block; }
.strip.own b { color: var(--accent); }
.strip img { border-radius: .25rem; image-rendering: auto; }
.miss { color: var(--accent); }
@media (max-width: 40rem) { figure.strip { grid-template-columns: 1fr; gap: .2rem; } .strip figcaption b { display: inline; margin-right: .5rem; } }
`;

const SHOWN_ROWS = [
  ["true", "true"],
  ["model", "the model"],
  ["recraft", "ReCraft"],
  ["base", "the base alone"],
  ["noise", "noise"],
] as const;

export async function renderReport(
  { model, asked, records }: Evaluated,
  { out, notes, writtenAt }: { out: string; notes: readonly string[]; writtenAt: Date },
): Promise<string> {
  const examples = await Promise.all(
    asked
      .slice(0, SHOWN)
      .map(({ index, words, craft }) =>
        example(out, `${words}, ${craft.slug.replaceAll("_", " ")}`, index, records),
      ),
  );
  const title = `Evaluation of ${escapeHtml(model)}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${reportStyle}${STYLE}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p class="quiet">${asked.length} triples of subject, colour and domain that no training saw · written ${writtenAt.toISOString().slice(0, 16).replace("T", " ")} UTC</p>
${notes.map((note) => `<p class="warning">${escapeHtml(note)}</p>`).join("\n")}
</header>
${tablesOf(records).map(section).join("\n")}
<section>
<h2>What was painted</h2>
<p class="quiet">The first ${examples.length} triples, never chosen. Struck out is what the classifier did not find in the last frame.</p>
${examples.join("\n")}
</section>
</body>
</html>
`;
}

function section({ title, columns, rows }: Table): string {
  const head = columns.map(
    (column) => `<th title="${escapeHtml(column.meaning)}">${escapeHtml(column.title)}</th>`,
  );
  const body = rows.map(
    (row) =>
      `<tr${row.own ? ' class="own"' : ""}><td>${escapeHtml(row.title)}</td><td>${row.count}</td>${row.values.map((value, i) => `<td>${sayValue(value, columns[i]!)}</td>`).join("")}</tr>`,
  );
  return `<section>
<h2>${escapeHtml(title)}</h2>
<div class="scroll"><table>
<thead><tr><th></th><th title="how many sequences it is the mean of">n</th>${head.join("")}</tr></thead>
<tbody>
${body.join("\n")}
</tbody>
</table></div>
<ul>
${columns.map((column) => `<li><b>${escapeHtml(column.title)}</b>: ${escapeHtml(column.meaning)}</li>`).join("\n")}
</ul>
</section>`;
}

async function example(
  out: string,
  title: string,
  index: number,
  records: readonly EvaluationRecord[],
): Promise<string> {
  const strips = await Promise.all(
    SHOWN_ROWS.map(async ([row, name]) => {
      const picture = await readStrip(out, index, row);
      const record = records.find((each) => each.row === row && each.index === index);
      if (!picture || !record) return "";
      return `<figure class="strip${row === "model" ? " own" : ""}"><figcaption><b>${name}</b><span class="quiet">${verdict(record)}</span></figcaption><img src="${picture}" alt="${escapeHtml(`${name}: ${title}`)}"></figure>`;
    }),
  );
  return `<article>
<h3>${escapeHtml(title)}</h3>
${strips.join("\n")}
</article>`;
}

function verdict({ measures }: EvaluationRecord): string {
  const found = [
    ["subject", "thing"],
    ["color", "colour"],
    ["craft", "domain"],
  ].map(([key, name]) => (measures[key!] === 1 ? name : `<s class="miss">${name}</s>`));
  return `${found.join(" ")} · τ ${measures.tau!.toFixed(2)}`;
}
