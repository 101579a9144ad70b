// The demo's page: three procedures with their captions. Links are relative, so the folder can move.
import path from "node:path";
import type { ProcedureRecord } from "#src/tools/index.js";

export interface Shown {
  /** relative to the page */
  folder: string;
  /** the tool that made it */
  tool: string;
  record: ProcedureRecord;
}

const TITLES: Record<ProcedureRecord["mode"], string> = {
  generate: "From words",
  recraft: "From a picture",
  refine: "Steps in between",
};

const STYLE = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#faf8f5, #191817);
  --card: light-dark(#fff, #242220);
  --ink: light-dark(#26221d, #ece7e0);
  --quiet: light-dark(#6d665d, #a49c91);
  --line: light-dark(#e4ded5, #3a3632);
  --accent: light-dark(#b3391f, #ff8a6b);
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 64rem; padding: 2rem clamp(1rem, 4vw, 3rem) 4rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: clamp(1.6rem, 5vw, 2.4rem); line-height: 1.15; margin: 0 0 .5rem; text-wrap: balance; }
h2 { margin: 0; font-size: 1.35rem; }
p { margin: .35rem 0; max-width: 65ch; }
.quiet { color: var(--quiet); font-size: .9rem; overflow-wrap: anywhere; }
section { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: 1.5rem; }
ol { list-style: none; margin: 1.25rem 0 0; padding: 0; display: grid; gap: 1rem; grid-template-columns: repeat(var(--columns), 1fr); }
li { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; overflow: hidden; }
li.new { border-color: var(--accent); }
li img { display: block; width: 100%; aspect-ratio: 1; object-fit: contain; background: #fff; }
li p { margin: 0; padding: .6rem .75rem .75rem; font-size: .875rem; line-height: 1.4; overflow-wrap: anywhere; }
li b { color: var(--accent); margin-right: .35rem; }
@media (max-width: 40rem) {
  ol { grid-template-columns: 1fr; gap: .75rem; }
  li { display: flex; }
  li img { width: 8.5rem; flex: none; }
}
.warning { border-left: 3px solid var(--accent); padding-left: .75rem; }
details { margin-top: 1rem; }
summary { cursor: pointer; color: var(--quiet); padding: .5rem 0; }
details img { max-width: 100%; width: 24rem; height: auto; border-radius: .5rem; background: #fff; }
`;

export function renderPage(shown: readonly Shown[]): string {
  const subject = shown[0]?.record.subject ?? "";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>How ${escape(subject)} is made</title>
<style>${STYLE}</style>
</head>
<body>
<h1>How ${escape(subject)} is made</h1>
<p>Three procedures, painted on this machine by the embedded model through the MCP server.</p>
${shown.map(renderProcedure).join("\n")}
</body>
</html>
`;
}

function renderProcedure({ folder, tool, record }: Shown): string {
  const { mode, domain, seed, steps, timings, warnings, notes, model } = record;
  const seconds = ((timings["totalMs"] ?? 0) / 1000).toFixed(1);
  return `<section>
<h2>${TITLES[mode]}</h2>
<p class="quiet">${escape(tool)} · ${escape(domain)} · ${steps.length} steps · seed ${seed} · model “${escape(model)}” · ${seconds} s</p>
${warnings.map((warning) => `<p class="warning">${escape(warning)}</p>`).join("\n")}
${notes.map((note) => `<p>${escape(note)}</p>`).join("\n")}
<ol style="--columns: ${columnsFor(steps.length)}">
${steps.map((step) => renderStep(folder, step)).join("\n")}
</ol>
<details><summary>The whole page</summary><img src="${link(folder, record.page.file)}" alt="All steps on one page"></details>
</section>`;
}

/** Three or four cards a row, whichever leaves the last row fuller. */
function columnsFor(count: number): number {
  const gap = (columns: number) => (columns - (count % columns)) % columns;
  return gap(3) < gap(4) ? 3 : 4;
}

function renderStep(
  folder: string,
  { index, caption, file, origin }: ProcedureRecord["steps"][number],
): string {
  const fresh = origin === "interpolated" ? ' class="new"' : "";
  return `<li${fresh}><img src="${link(folder, file)}" alt="${escape(caption)}"><p><b>${index}</b>${escape(caption)}</p></li>`;
}

function link(folder: string, file: string): string {
  return [folder, path.basename(file)].map(encodeURIComponent).join("/");
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
