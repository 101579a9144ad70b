// Kendall's τ: how well numbers rise.

/**
 * Of all pairs, those that rise minus those that fall, −1 … 1. Equal numbers count as neither, so that a
 * sequence that stands still has 0.
 */
export function kendallTau(values: readonly number[]): number {
  let score = 0;
  for (let i = 0; i < values.length; i++)
    for (let j = i + 1; j < values.length; j++) score += Math.sign(values[j]! - values[i]!);
  return score / ((values.length * (values.length - 1)) / 2);
}
