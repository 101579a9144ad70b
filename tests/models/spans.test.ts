import { cut, lengthOf, type Span, union, within, without } from "#src/models/spans.js";
import fc from "fast-check";
import { expect, test } from "vitest";

const spans = fc
  .array(fc.tuple(fc.nat(60), fc.nat(60)).map(([a, b]): Span => [Math.min(a, b), Math.max(a, b)]))
  .map((some) => union(some, []));

/** The bytes themselves, as whoever counts on fingers has them. */
const bytesOf = (some: readonly Span[]) =>
  new Set(some.flatMap(([begin, end]) => Array.from({ length: end - begin }, (_, i) => begin + i)));

test("stretches are put together, taken away and cut as sets of bytes are", () => {
  fc.assert(
    fc.property(spans, spans, fc.integer({ min: 1, max: 20 }), (a, b, most) => {
      const [x, y] = [bytesOf(a), bytesOf(b)];
      expect(bytesOf(union(a, b))).toEqual(new Set([...x, ...y].toSorted((p, q) => p - q)));
      expect(bytesOf(without(a, b))).toEqual(new Set([...x].filter((byte) => !y.has(byte))));
      expect(bytesOf(within(a, b))).toEqual(new Set([...x].filter((byte) => y.has(byte))));
      expect(lengthOf(a)).toBe(x.size);
      const pieces = cut(a, most);
      expect(union(pieces, [])).toEqual(a);
      for (const [begin, end] of pieces) expect(end - begin).toBeLessThanOrEqual(most);
    }),
  );
});

test("what touches becomes one, and nothing is left of nothing", () => {
  expect(union([[0, 3]], [[3, 5], [7, 7]])).toEqual([[0, 5]]); // prettier-ignore
});
