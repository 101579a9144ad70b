// Learning rates as functions of the step: nothing to save, nothing to restore.

export interface LearningRateOptions {
  schedule: keyof typeof schedules;
  /** the highest rate */
  peak: number;
  /** steps of linear rise before it */
  warmupSteps?: number;
  /** steps of the whole run, at whose end a cosine is 0 */
  steps: number;
}

/** What is left of the peak after the warm-up; progress is in 0…1. */
const schedules = {
  constant: () => 1,
  cosine: (progress: number) => (1 + Math.cos(Math.PI * progress)) / 2,
};

/** @param step - 0 is the first */
export function learningRate(
  step: number,
  { schedule, peak, warmupSteps = 0, steps }: LearningRateOptions,
): number {
  if (step < warmupSteps) return (peak * (step + 1)) / (warmupSteps + 1);
  const progress = Math.min(1, (step - warmupSteps) / Math.max(1, steps - warmupSteps));
  return peak * schedules[schedule](progress);
}
