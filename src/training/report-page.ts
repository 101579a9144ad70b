// The report as HTML: how far the run is, its curves, its pictures and what it was told. It asks for
// nothing from outside.
import type { LogRecord } from "./log.js";
import { chart } from "./report-chart.js";
import { reportStyle } from "./report-style.js";
import { compact, duration, escapeHtml } from "./report-words.js";

export interface ReportContent {
  configuration: Readonly<Record<string, unknown>>;
  records: readonly LogRecord[];
  /** names of the files in `samples/` */
  samples: readonly string[];
  writtenAt: Date;
}

/** Rates and the loss of now are means over so many steps. */
const RECENT = 100;

export function renderReport(content: ReportContent): string {
  const { configuration, records, samples, writtenAt } = content;
  const kind = escapeHtml(String(configuration.kind));
  const steps = Number(configuration.steps);
  const done = records.at(-1)?.step ?? 0;
  const share = Math.floor((100 * done) / steps);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Training ${kind}: ${share}%</title>
<style>${reportStyle}</style>
</head>
<body>
<header>
<h1>Training ${kind}</h1>
<p class="quiet">step ${done} of ${steps}, ${share}% · written ${writtenAt.toISOString().slice(0, 16).replace("T", " ")} UTC</p>
<progress value="${done}" max="${steps}"></progress>
</header>
<dl class="figures">
${figures(records, steps)
  .map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`)
  .join("\n")}
</dl>
${leftOut(records)}<section>
<h2>Loss</h2>
${chart(records, { title: "Loss", of: ({ loss }) => loss, heightPx: 300, isNoisy: true, hasAxis: true })}
<div class="small">
<div><h3>Learning rate</h3>
${chart(records, { title: "Learning rate", of: ({ rate }) => rate, heightPx: 90, isNoisy: false, hasAxis: false })}</div>
<div><h3>Norm of the gradients</h3>
${chart(records, { title: "Norm of the gradients", of: ({ norm }) => norm, heightPx: 90, isNoisy: true, hasAxis: false })}</div>
</div>
</section>
<section>
<h2>Pictures on the way</h2>
${gallery(samples)}
</section>
<section>
<h2>Configuration</h2>
<dl class="configuration">
${flat(configuration)
  .map(([name, value]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`)
  .join("\n")}
</dl>
</section>
</body>
</html>
`;
}

function figures(records: readonly LogRecord[], steps: number): [string, string][] {
  const last = records.at(-1);
  if (last === undefined) return [];
  const recent = records.slice(-RECENT);
  const first = records.at(-RECENT - 1) ?? { step: 0, samples: 0, seconds: 0 };
  const losses = recent.map(({ loss }) => loss).filter(Number.isFinite);
  const loss = losses.reduce((sum, value) => sum + value, 0) / losses.length;
  const seconds = last.seconds - first.seconds;
  const left = ((steps - last.step) * seconds) / (last.step - first.step);
  return [
    ["Loss", loss.toPrecision(3)],
    ["Samples", compact(last.samples)],
    ["Samples a second", compact((last.samples - first.samples) / seconds)],
    ["Seconds a step", compact(seconds / (last.step - first.step))],
    ["Time taken", duration(last.seconds)],
    ["Time left", last.step === steps ? "done" : duration(left)],
  ];
}

function leftOut(records: readonly LogRecord[]): string {
  const bad = records.filter(({ loss, norm }) => !Number.isFinite(loss + norm)).length;
  return bad === 0
    ? ""
    : `<p class="warning">Steps left out because loss or gradients were not finite: ${bad}</p>\n`;
}

/** Newest first. */
function gallery(samples: readonly string[]): string {
  const pictures = samples.flatMap((file) => {
    const [, step, name] = /^(\d+)-(.+)\.png$/.exec(file) ?? [];
    return step === undefined || name === undefined ? [] : { file, step: Number(step), name };
  });
  if (pictures.length === 0) return '<p class="quiet">None yet.</p>';
  const figure = ({ file, step, name }: (typeof pictures)[number]) =>
    `<figure><img src="samples/${encodeURIComponent(file)}" alt="${escapeHtml(name)}" loading="lazy"><figcaption>${escapeHtml(name)} <span class="quiet">step ${step}</span></figcaption></figure>`;
  return `<div class="gallery">
${pictures
  .toSorted((a, b) => b.step - a.step || (a.name < b.name ? -1 : 1))
  .map(figure)
  .join("\n")}
</div>`;
}

/** Fields by their path. */
function flat(value: Readonly<Record<string, unknown>>, before = ""): [string, string][] {
  return Object.entries(value).flatMap(([name, field]): [string, string][] =>
    typeof field === "object" && field !== null && !Array.isArray(field)
      ? flat(field as Record<string, unknown>, `${before}${name}.`)
      : [[before + name, Array.isArray(field) ? field.join(", ") : String(field)]],
  );
}
