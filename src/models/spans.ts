// Stretches of a file, as sorted lists that neither touch nor overlap.

/** bytes from the file's beginning; the end is excluded */
export type Span = readonly [begin: number, end: number];

/** Both together, in order. */
export function union(a: readonly Span[], b: readonly Span[]): Span[] {
  const merged: [number, number][] = [];
  for (const [begin, end] of [...a, ...b].toSorted((x, y) => x[0] - y[0])) {
    const last = merged.at(-1);
    if (last !== undefined && begin <= last[1]) last[1] = Math.max(last[1], end);
    else if (begin < end) merged.push([begin, end]);
  }
  return merged;
}

/** What of the first is not in the second. */
export function without(whole: readonly Span[], part: readonly Span[]): Span[] {
  return whole.flatMap(([begin, end]) => {
    const left: Span[] = [];
    let at = begin;
    for (const [from, to] of part) {
      if (to <= at || from >= end) continue;
      if (from > at) left.push([at, from]);
      at = to;
    }
    if (at < end) left.push([at, end]);
    return left;
  });
}

/** What of the first is in the second too. */
export function within(whole: readonly Span[], part: readonly Span[]): Span[] {
  return without(whole, without(whole, part));
}

export function lengthOf(spans: readonly Span[]): number {
  return spans.reduce((sum, [begin, end]) => sum + end - begin, 0);
}

/** The same, in stretches of at most so many bytes. */
export function cut(spans: readonly Span[], mostBytes: number): Span[] {
  return spans.flatMap(([begin, end]) =>
    Array.from({ length: Math.ceil((end - begin) / mostBytes) }, (_, i): Span => {
      const from = begin + i * mostBytes;
      return [from, Math.min(end, from + mostBytes)];
    }),
  );
}
