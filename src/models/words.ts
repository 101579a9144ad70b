// Sizes as people read them.

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** 23802932552 → “23.8 GB”. */
export function sayBytes(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const amount = bytes / 1000 ** power;
  return `${amount >= 100 || power === 0 ? Math.round(amount) : amount.toPrecision(3)} ${UNITS[power]}`;
}
