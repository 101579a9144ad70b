// A measured value with the bound it is held against, and how a table of them is printed.

export interface Row {
  what: string;
  value: number;
  unit: string;
  atLeast?: number;
  atMost?: number;
}

export function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

export function format(rows: Row[]): string {
  const width = Math.max(...rows.map(({ what }) => what.length));
  return rows.map((row) => `${row.what.padEnd(width)}  ${formatValue(row)}`).join("\n");
}

function formatValue({ value, unit, atLeast, atMost }: Row): string {
  const shown = `${value.toPrecision(value < 10 ? 2 : 3)} ${unit}`.padEnd(14);
  if (atLeast !== undefined)
    return `${shown}  at least ${atLeast}: ${value >= atLeast ? "kept" : "MISSED"}`;
  if (atMost !== undefined)
    return `${shown}  at most ${atMost}: ${value <= atMost ? "kept" : "MISSED"}`;
  return shown;
}

export async function repeat(times: number, run: () => Promise<number>): Promise<number[]> {
  const results = [];
  for (let i = 0; i < times; i++) results.push(await run());
  return results;
}
