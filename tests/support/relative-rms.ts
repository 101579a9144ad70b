/** RMS of the difference over RMS of the second. */
export function relativeRms(a: Float32Array, b: Float32Array): number {
  const squares = (values: Float32Array) => values.reduce((sum, value) => sum + value ** 2, 0);
  return Math.sqrt(squares(a.map((value, i) => value - b[i]!)) / squares(b));
}
