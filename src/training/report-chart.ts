// Curves as inline SVG. The drawing stretches with the page while lines and letters keep their size: the
// paths lie in a square of 1000 that is pulled to the width, the labels at percentages of it.
import { linearScale, scaleFor, smoothed, type Scale } from "./report-scale.js";
import { compact, duration } from "./report-words.js";
import type { LogRecord } from "./log.js";

const SQUARE = 1000;
/** More points than this are not seen apart. */
const MOST_POINTS = 1500;
/** Room above the highest label, and for the labels of the axis below, in px. */
const [TOP_PX, AXIS_PX] = [14, 40];

export interface Panel {
  title: string;
  of: (record: LogRecord) => number;
  heightPx: number;
  /** faint points with a smooth line through them; else the numbers themselves as a line */
  isNoisy: boolean;
  hasAxis: boolean;
}

/** One panel over the samples seen, with the hours that they took. */
export function chart(records: readonly LogRecord[], panel: Panel): string {
  const shown = records.filter((record) => Number.isFinite(panel.of(record)));
  const values = shown.map(panel.of);
  const line = panel.isNoisy ? smoothed(values, values.length / 20) : values;
  const x = linearScale(0, records.at(-1)?.samples || 1, 4);
  const most = panel.hasAxis ? 6 : 3;
  const y = panel.isNoisy
    ? scaleFor(line, values, most)
    : linearScale(0, Math.max(...values), most);
  const places = (of: readonly number[]) =>
    thinned(shown.map(({ samples }, i) => [x.place(samples), y.place(of[i]!)] as const));
  const levels = y.ticks.map((tick) =>
    Math.round(TOP_PX + (1 - y.place(tick)) * (panel.heightPx - TOP_PX)),
  );
  const height = panel.heightPx + (panel.hasAxis ? AXIS_PX : 0);
  return `<svg class="chart" role="img" aria-label="${panel.title}" height="${height}">
${levels.map((px) => `<line x2="100%" y1="${px}" y2="${px}"/>`).join("\n")}
${x.ticks.map((tick) => column(x, tick, panel)).join("\n")}
<svg y="${TOP_PX}" width="100%" height="${panel.heightPx - TOP_PX}" viewBox="0 0 ${SQUARE} ${SQUARE}" preserveAspectRatio="none">
${panel.isNoisy ? `<path class="points" d="${points(places(values))}"/>\n` : ""}<path class="line" d="${polyline(places(line))}"/>
</svg>
${y.ticks.map((tick, i) => `<text x="0" y="${levels[i]! - 4}">${compact(tick)}</text>`).join("\n")}
${panel.hasAxis ? x.ticks.map((tick) => underneath(x, tick, records, panel.heightPx)).join("\n") : ""}
</svg>`;
}

type Place = readonly [x: number, y: number];

const thinned = (places: readonly Place[]): Place[] => {
  const every = Math.ceil(places.length / MOST_POINTS);
  return places.filter((_, i) => i % every === 0 || i === places.length - 1);
};

const at = ([x, y]: Place): string =>
  `${(SQUARE * x).toFixed(1)} ${(SQUARE * (1 - Math.max(0, Math.min(1, y)))).toFixed(1)}`;

/** Strokes of no length with round ends. */
const points = (places: readonly Place[]): string =>
  places.map((place) => `M${at(place)}h0`).join("");

const polyline = (places: readonly Place[]): string =>
  places.length === 0 ? "" : `M${places.map(at).join("L")}`;

const percent = (share: number): string => `${(100 * share).toFixed(2)}%`;

const column = (x: Scale, tick: number, { heightPx }: Panel): string =>
  `<line x1="${percent(x.place(tick))}" x2="${percent(x.place(tick))}" y1="${TOP_PX}" y2="${heightPx}"/>`;

/** A label of the axis: the samples, and the time that they took. */
function underneath(
  x: Scale,
  tick: number,
  records: readonly LogRecord[],
  heightPx: number,
): string {
  const share = x.place(tick);
  const anchor = share < 0.05 ? "start" : share > 0.95 ? "end" : "middle";
  const time = records.find(({ samples }) => samples >= tick)?.seconds ?? 0;
  const [above, below] = tick === 0 ? ["samples", "time"] : [compact(tick), duration(time)];
  const text = (line: string, y: number) =>
    `<text x="${percent(share)}" y="${y}" text-anchor="${anchor}">${line}</text>`;
  return text(above, heightPx + 16) + text(below, heightPx + 32);
}
