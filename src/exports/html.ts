// A tutorial as one file that needs nothing: the player, and below it the steps as a list, which is what
// is printed, what is read without scripts, and where the player takes its pictures from.
import { createHash } from "node:crypto";
import type { Render } from "./format.js";
import { stepJpegs } from "./pictures.js";
import type { Tutorial, TutorialStep } from "./tutorial.js";
import { readingScript, readingStyle } from "../player/index.js";

const MOST_PX = 1024;

/** A tutorial whose pictures have addresses. */
export interface Chapter extends Omit<Tutorial, "steps"> {
  steps: (Pick<TutorialStep, "caption" | "isNew"> & { src: string })[];
}

export const exportHtml: Render = async (source) => {
  const { tutorial } = source;
  const jpegs = await stepJpegs(source, MOST_PX);
  const steps = tutorial.steps.map((step, i) => ({ ...step, src: dataUri(jpegs[i]!) }));
  const page = renderHtml(tutorial.title, [{ ...tutorial, steps }]);
  return { bytes: () => Buffer.from(page) };
};

const STYLE = `${readingStyle}
body { margin: 0 auto; max-width: 60rem; padding: 2rem clamp(.75rem, 4vw, 3rem) 4rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 var(--face); }
h1 { margin: 0 0 .5rem; font-size: clamp(1.6rem, 5vw, 2.4rem); line-height: 1.15; text-wrap: balance; overflow-wrap: anywhere; }
h2 { margin: 1rem 0 0; font-size: 1.35rem; overflow-wrap: anywhere; }
section + section { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: 1.5rem; }
section > p { margin: .35rem 0; max-width: 65ch; }
.facts { color: var(--quiet); font-size: .9rem; overflow-wrap: anywhere; }
.warning { border-inline-start: 3px solid var(--accent); padding-inline-start: .75rem; }
section > .player { margin: 1.25rem 0 2rem; padding: .75rem; border: 1px solid var(--line); border-radius: 1rem; }
ol.steps { list-style: none; margin: 1.25rem 0 0; padding: 0; display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(15rem, 100%), 1fr)); }
ol.steps > li { border: 1px solid var(--line); border-radius: .75rem; overflow: hidden; break-inside: avoid; }
ol.steps > .new { border-color: var(--accent); }
ol.steps img { display: block; width: 100%; aspect-ratio: 1; object-fit: contain; background: #fff; }
ol.steps p { margin: 0; padding: .6rem .75rem .75rem; font-size: .875rem; line-height: 1.4; overflow-wrap: anywhere; }
ol.steps b { margin-inline-end: .35rem; color: var(--accent); }
@media print {
  :root { color-scheme: only light; }
  body { max-width: none; padding: 0; background: none; font-size: 10pt; }
  .player { display: none; }
  ol.steps { grid-template-columns: repeat(3, 1fr); gap: .6rem; }
}
`;

/** Nothing but this page's own script runs, and nothing is fetched, whatever a caption may hold. */
const POLICY = `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-${createHash("sha256").update(readingScript).digest("base64")}'`;

export function renderHtml(title: string, chapters: readonly Chapter[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1 dir="auto">${escapeHtml(title)}</h1>
${chapters.map((chapter) => renderChapter(chapter, title)).join("\n")}
<script>${readingScript}</script>
</body>
</html>
`;
}

function renderChapter({ title, facts, warnings, notes, steps }: Chapter, above: string): string {
  return `<section>
${title === above ? "" : `<h2 dir="auto">${escapeHtml(title)}</h2>`}
<p class="facts" dir="auto">${escapeHtml(facts)}</p>
${warnings.map((warning) => `<p class="warning" dir="auto">${escapeHtml(warning)}</p>`).join("\n")}
${notes.map((note) => `<p dir="auto">${escapeHtml(note)}</p>`).join("\n")}
<div class="player" hidden></div>
<ol class="steps">
${steps.map(renderStep).join("\n")}
</ol>
</section>`;
}

function renderStep({ caption, isNew, src }: Chapter["steps"][number], index: number): string {
  const text = escapeHtml(caption);
  return `<li${isNew ? ' class="new"' : ""}><img src="${escapeHtml(src)}" alt="${text}"><p dir="auto"><b>${index + 1}</b><span class="text">${text}</span></p></li>`;
}

function dataUri(jpeg: Uint8Array): string {
  return `data:image/jpeg;base64,${Buffer.from(jpeg).toString("base64")}`;
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}
