// The form as one HTML file that asks for nothing from outside: pair after pair, with answers that stay
// when the page is closed, and at the end a file to send back.
import { reportStyle, escapeHtml } from "../../training/index.js";
import { criteria, criterionNames } from "../judge/index.js";
import { formScript } from "./script.js";

export interface ShownPair {
  /** what both were asked for */
  words: string;
  /** frames as JPEG */
  first: readonly Uint8Array[];
  second: readonly Uint8Array[];
}

const STYLE = `
body { max-width: 84rem; }
[hidden] { display: none !important; }
.sides { display: grid; grid-template-columns: 1fr 1fr; gap: clamp(1rem, 3vw, 2.5rem); }
.side ol { display: grid; grid-template-columns: repeat(var(--columns), 1fr); gap: .35rem; margin: 0; padding: 0; list-style: none; }
.side li { position: relative; }
.side li::after { content: attr(value); position: absolute; inset: auto auto .25rem .25rem; padding: 0 .35rem; border-radius: .25rem; background: #000a; color: #fff; font-size: .75rem; }
fieldset { margin: .75rem 0 0; padding: .75rem 0 0; border: 0; border-top: 1px solid var(--line); display: grid; grid-template-columns: 1fr auto; gap: .25rem 1.5rem; align-items: center; }
legend { display: contents; }
.choices { display: flex; gap: .4rem; }
.choices label { cursor: pointer; }
.choices input { position: absolute; opacity: 0; }
.choices span { display: block; padding: .4rem 1rem; border: 1px solid var(--line); border-radius: 2rem; }
.choices input:checked + span { background: var(--accent); border-color: var(--accent); color: var(--paper); }
.choices input:focus-visible + span { outline: 2px solid var(--accent); outline-offset: 2px; }
nav { display: flex; gap: .75rem; margin-top: 1.25rem; }
button { font: inherit; padding: .55rem 1.4rem; border: 1px solid var(--line); border-radius: 2rem; background: var(--card); color: var(--ink); cursor: pointer; }
button.main { background: var(--accent); border-color: var(--accent); color: var(--paper); }
button:disabled { opacity: .45; cursor: default; }
input[type=text] { font: inherit; padding: .5rem .75rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--paper); color: var(--ink); width: min(100%, 20rem); }
@media (max-width: 44rem) { .sides { grid-template-columns: 1fr; } fieldset { grid-template-columns: 1fr; } }
`;

export function renderForm(form: string, pairs: readonly ShownPair[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>Which one is better?</title>
<style>${reportStyle}${STYLE}</style>
</head>
<body data-form="${escapeHtml(form)}" data-pairs="${pairs.length}">
<header>
<h1>Which one is better?</h1>
<p>Two series of pictures show how one thing is made. Nobody here knows which model painted which. Say for each question which series is better, or that they are alike.</p>
<progress value="0" max="${pairs.length}"></progress>
<p class="quiet" id="where"></p>
</header>
<main>
${pairs.map(renderPair).join("\n")}
<section id="end" hidden>
<h2>Thank you</h2>
<p>Download your answers, and send the file back to whoever gave you this page.</p>
<p><label>Your name or a nickname, if you like: <input type="text" id="rater" maxlength="200" autocomplete="off"></label></p>
<p><button class="main" id="download" type="button">Download the answers</button></p>
</section>
</main>
<nav><button id="back" type="button">Back</button><button class="main" id="next" type="button">Next</button></nav>
<script>${formScript}</script>
</body>
</html>
`;
}

function renderPair({ words, first, second }: ShownPair, index: number): string {
  return `<section class="pair" hidden>
<h2>${escapeHtml(words)}</h2>
<div class="sides">
${renderSide("First", first)}
${renderSide("Second", second)}
</div>
${criterionNames.map((name) => renderQuestion(name, index)).join("\n")}
</section>`;
}

function renderSide(name: string, frames: readonly Uint8Array[]): string {
  const columns = frames.length === 4 ? 2 : 3;
  const pictures = frames.map(
    (jpeg, i) =>
      `<li value="${i + 1}"><img src="data:image/jpeg;base64,${Buffer.from(jpeg).toString("base64")}" alt="${name}, step ${i + 1}"></li>`,
  );
  return `<div class="side"><h3>${name}</h3><ol style="--columns: ${columns}">${pictures.join("")}</ol></div>`;
}

const CHOICES = [
  ["first", "First"],
  ["same", "Alike"],
  ["second", "Second"],
] as const;

function renderQuestion(name: (typeof criterionNames)[number], index: number): string {
  const choices = CHOICES.map(
    ([value, label]) =>
      `<label><input type="radio" name="${name}-${index}" value="${value}"><span>${label}</span></label>`,
  );
  return `<fieldset><legend><div><b>${name}</b> <span class="quiet">${escapeHtml(criteria[name])}</span></div></legend><div class="choices">${choices.join("")}</div></fieldset>`;
}
