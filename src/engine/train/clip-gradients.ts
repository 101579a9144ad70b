// Gradients of a common norm: one bad batch does not throw the parameters far away.

/**
 * Scales all gradients in place so that their common 2-norm is at most `maxNorm`.
 * @returns the norm before; not finite when a gradient holds NaN or Infinity: then nothing is scaled,
 * and the step had better be left out
 */
export function clipGradients(
  gradients: ReadonlyMap<string, Float32Array>,
  maxNorm: number,
): number {
  let squares = 0;
  for (const gradient of gradients.values()) squares += sumOfSquares(gradient);
  const norm = Math.sqrt(squares);
  if (norm > maxNorm && Number.isFinite(norm))
    for (const gradient of gradients.values()) scale(gradient, maxNorm / norm);
  return norm;
}

/** In float64, where no float32's square overflows. */
function sumOfSquares(gradient: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < gradient.length; i++) sum += gradient[i]! * gradient[i]!;
  return sum;
}

function scale(gradient: Float32Array, factor: number): void {
  for (let i = 0; i < gradient.length; i++) gradient[i]! *= factor;
}
