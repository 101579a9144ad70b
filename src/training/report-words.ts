// Numbers as a person reads them.

/** Thousands as k, millions as M; small numbers with three digits that count. */
export function compact(value: number): string {
  for (const [unit, sign] of [
    [1e6, "M"],
    [1e3, "k"],
  ] as const)
    if (Math.abs(value) >= unit) return `${Number((value / unit).toPrecision(3))}${sign}`;
  return String(Number(value.toPrecision(3)));
}

/** @param seconds - finite, not below 0 */
export function duration(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  if (hours > 0) return minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`;
  return minutes > 0 ? `${minutes} min` : `${Math.ceil(seconds)} s`;
}

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
