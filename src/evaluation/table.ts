// Means of what was measured, as tables.
import type { EvaluationRecord } from "./records.js";
import { tablePlans, type Column, type TablePlan } from "./tables.js";

export interface Table {
  title: string;
  columns: readonly Column[];
  rows: TableLine[];
}

export interface TableLine {
  title: string;
  own: boolean;
  /** how many sequences it is the mean of */
  count: number;
  /** one a column; undefined where nothing was measured */
  values: (number | undefined)[];
}

/** Rows and columns that nothing was measured for are left out. */
export function tablesOf(records: readonly EvaluationRecord[]): Table[] {
  return tablePlans.map((plan) => tableOf(plan, records)).filter(({ rows }) => rows.length > 0);
}

function tableOf({ title, columns, rows }: TablePlan, records: readonly EvaluationRecord[]): Table {
  const lines = rows.flatMap(({ row, title: name, own = false }): TableLine[] => {
    const measured = records.filter((each) => each.row === row).map(({ measures }) => measures);
    if (measured.length === 0) return [];
    const values = columns.map(({ key }) =>
      mean(measured.flatMap(({ [key]: value }) => (value === undefined ? [] : [value]))),
    );
    return [{ title: name, own, count: measured.length, values }];
  });
  const used = columns.map((_, i) => lines.some(({ values }) => values[i] !== undefined));
  const keep = <T>(all: readonly T[]) => all.filter((_, i) => used[i]);
  return {
    title,
    columns: keep(columns),
    rows: lines.some(({ own }) => own)
      ? lines.map((line) => ({ ...line, values: keep(line.values) }))
      : [],
  };
}

export const mean = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;

export function sayValue(value: number | undefined, { unit }: Column): string {
  if (value === undefined) return "–";
  if (unit === "percent") return `${(100 * value).toFixed(1)} %`;
  return unit === "dB" ? `${value.toFixed(1)} dB` : value.toFixed(3);
}

/** For a terminal and a Markdown file alike: columns are as wide as what is in them. */
export function markdownTable({ title, columns, rows }: Table): string {
  const lines = rows.map((row) => [
    row.title,
    `${row.count}`,
    ...row.values.map((value, i) => sayValue(value, columns[i]!)),
  ]);
  return markdownLines(title, columns, lines);
}

/** @param lines - a row's title, of how many sequences it is, and what each column says */
export function markdownLines(
  title: string,
  columns: readonly Column[],
  lines: readonly (readonly string[])[],
): string {
  const cells = [["", "n", ...columns.map((column) => column.title)], ...lines];
  const widths = cells[0]!.map((_, i) => Math.max(3, ...cells.map((line) => line[i]!.length)));
  const say = (line: readonly string[]) =>
    `| ${line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join(" | ")} |`;
  const rule = widths.map((width, i) =>
    i === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`,
  );
  const [head, ...body] = cells as [readonly string[], ...(readonly string[])[]];
  return [
    `## ${title}`,
    "",
    say(head),
    `| ${rule.join(" | ")} |`,
    ...body.map(say),
    "",
    ...columns.map((column) => `- ${column.title}: ${column.meaning}`),
  ].join("\n");
}
