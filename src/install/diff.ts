// What a change does to a text, as lines that a person can read.

const CONTEXT_LINES = 1;
const LINE_CHARACTERS = 160;

/** The lines that go (`-`) and come (`+`), with a line around them; one stretch, as our edits are. */
export function describeChange(before: string, after: string): string {
  const [old, fresh] = [before, after].map((text) => text.split(/\r?\n/)) as [string[], string[]];
  const start = commonPrefix(old, fresh);
  const end = commonSuffix(old.slice(start), fresh.slice(start));
  const [gone, come] = [old, fresh].map((lines) => lines.slice(start, lines.length - end));
  const from = firstDifference(gone![0], come![0]);
  const show = (sign: string, lines: string[], at = 0) =>
    lines.map((line) => `${sign} ${cut(line, at)}`);
  return [
    ...show(" ", fresh.slice(Math.max(0, start - CONTEXT_LINES), start)),
    ...show("-", gone!, from),
    ...show("+", come!, from),
    ...show(" ", fresh.slice(fresh.length - end, fresh.length - end + CONTEXT_LINES)),
  ]
    .join("\n")
    .trimEnd();
}

function commonPrefix(a: ArrayLike<string>, b: ArrayLike<string>): number {
  let i = 0;
  while (i < a.length && i < b.length && a[i] === b[i]) i++;
  return i;
}

function commonSuffix(a: string[], b: string[]): number {
  return commonPrefix(a.toReversed(), b.toReversed());
}

function firstDifference(a: string | undefined, b: string | undefined): number {
  return a === undefined || b === undefined ? 0 : commonPrefix(a, b);
}

/** A file in one line would fill the screen, and show its secrets: what matters begins at `from`. */
function cut(line: string, from: number): string {
  if (line.length <= LINE_CHARACTERS) return line;
  const start = Math.max(0, from - LINE_CHARACTERS / 4);
  const shown = line.slice(start, start + LINE_CHARACTERS);
  const rest = start + LINE_CHARACTERS < line.length ? "…" : "";
  return `${start > 0 ? "…" : ""}${shown}${rest}`;
}
