// What gradients are held against: slopes by finite differences, and other gradients.

/**
 * The slope of `f` at 0, from central differences of fourth order.
 * @param step - a power of two, so that float32 numbers of few digits move by exactly that
 */
export async function slopeOf(f: (t: number) => Promise<number>, step: number): Promise<number> {
  const near = (await f(step)) - (await f(-step));
  const far = (await f(2 * step)) - (await f(-2 * step));
  return (8 * near - far) / (12 * step);
}

/** In float64. */
export const dot = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, number, i) => sum + number * b[i]!, 0);

/** RMS of the difference over RMS of the expected. */
export function relativeRms(actual: Float32Array, expected: ArrayLike<number>): number {
  let [difference, size] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    difference += (actual[i]! - expected[i]!) ** 2;
    size += expected[i]! ** 2;
  }
  return Math.sqrt(difference / size);
}

/** The names whose gradients differ by more than 1e-4, or are on one side alone. */
export function farApart(
  actual: ReadonlyMap<string, Float32Array>,
  expected: ReadonlyMap<string, Float32Array>,
): string[] {
  const near = [...expected].filter(
    ([name, gradient]) => relativeRms(actual.get(name) ?? new Float32Array(), gradient) <= 1e-4,
  );
  const same = new Set(near.map(([name]) => name));
  return [...new Set([...actual.keys(), ...expected.keys()])].filter((name) => !same.has(name));
}
