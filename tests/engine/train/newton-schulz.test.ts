import { afterAll, describe, expect, test } from "vitest";
import { openGraph, type Session } from "#src/engine/runtime/session.js";
import { newtonSchulzGraph } from "#src/engine/train/newton-schulz.js";

type Matrix = number[][];
const matrix = (rows: number, columns: number, entry: (i: number, j: number) => number): Matrix =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (__, j) => entry(i, j)));
const transpose = (m: Matrix) => matrix(m[0]!.length, m.length, (i, j) => m[j]![i]!);
const times = (a: Matrix, b: Matrix) =>
  matrix(a.length, b[0]!.length, (i, j) => a[i]!.reduce((sum, x, k) => sum + x * b[k]![j]!, 0));
const add = (a: Matrix, b: Matrix, factor = 1) =>
  matrix(a.length, a[0]!.length, (i, j) => a[i]![j]! + factor * b[i]![j]!);
const scale = (m: Matrix, factor: number) => m.map((row) => row.map((x) => x * factor));
const identity = (size: number) => matrix(size, size, (i, j) => (i === j ? 1 : 0));

/** Uniform in −1…1 from a linear congruence. */
function noise(rows: number, columns: number): Matrix {
  let state = rows * 1000 + columns;
  return matrix(rows, columns, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** In float64, in the words of the definition. */
function newtonSchulz(m: Matrix): Matrix {
  if (m.length > m[0]!.length) return transpose(newtonSchulz(transpose(m)));
  let x = scale(m, 1 / Math.hypot(...m.flat()));
  for (let round = 0; round < 5; round++) {
    const square = times(x, transpose(x));
    const factor = add(scale(square, -4.775), times(square, square), 2.0315);
    x = add(times(factor, x), x, 3.4445);
  }
  return x;
}

/** By Cholesky's method. */
function isPositiveDefinite(m: Matrix): boolean {
  const lower = matrix(m.length, m.length, () => 0);
  for (let j = 0; j < m.length; j++)
    for (let i = j; i < m.length; i++) {
      const rest = m[i]![j]! - lower[i]!.reduce((sum, x, k) => sum + x * lower[j]![k]!, 0);
      if (i === j && rest <= 0) return false;
      lower[i]![j] = i === j ? Math.sqrt(rest) : rest / lower[j]![j]!;
    }
  return true;
}

describe.each([
  [24, 40],
  [40, 24],
  [16, 16],
  [1, 9],
])("of [%i, %i]", (rows, columns) => {
  const opened: Session[] = [];
  afterAll(() => Promise.all(opened.map((session) => session.close())));

  async function run(m: Matrix): Promise<Matrix> {
    const session = await openGraph(newtonSchulzGraph(rows, columns), { threads: 1 });
    opened.push(session);
    const { orthogonal } = await session.run({
      matrix: { data: Float32Array.from(m.flat()), dims: [rows, columns] },
    });
    return matrix(rows, columns, (i, j) => orthogonal![i * columns + j]!);
  }

  test("agrees with five rounds in float64", async () => {
    const m = scale(noise(rows, columns), 1e-3);
    const [actual, expected] = [await run(m), newtonSchulz(m)];
    const difference = Math.hypot(...add(actual, expected, -1).flat());
    expect(difference / Math.hypot(...expected.flat())).toBeLessThan(1e-4);
  });

  test("has singular values between 0.68 and 1.21", async () => {
    // a matrix no direction of which is all but lost: noise beside an even diagonal
    const m = add(
      noise(rows, columns),
      matrix(rows, columns, (i, j) => (i === j ? 4 : 0)),
    );
    const x = await run(m);
    const square = rows > columns ? times(transpose(x), x) : times(x, transpose(x));
    const one = identity(square.length);
    expect(isPositiveDefinite(add(square, one, -(0.68 ** 2)))).toBe(true);
    expect(isPositiveDefinite(add(scale(one, 1.21 ** 2), square, -1))).toBe(true);
  });

  test("leaves a matrix of zeros as it is", async () => {
    const zeros = matrix(rows, columns, () => 0);
    expect(await run(zeros)).toEqual(zeros);
  });
});
