// The times of the Euler steps.

/**
 * `steps + 1` times from 1 (pure noise) to 0 (picture), shifted towards noise the more the more image
 * tokens there are (BFL: `get_schedule`).
 * @param tokens - image tokens L
 */
export function schedule(steps: number, tokens: number): number[] {
  const shift = Math.exp(0.5 + ((tokens - 256) * 0.65) / 3840);
  return Array.from({ length: steps + 1 }, (_, k) => {
    const t = 1 - k / steps;
    return (shift * t) / (shift * t + (1 - t));
  });
}
