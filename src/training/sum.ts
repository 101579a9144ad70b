// Gradients of several batches as one.
import type { Objective, StepResult } from "./objective.js";

/** Adds `factor` times each gradient to the sum of its name; the first of a name becomes its sum, in place. */
export function addScaled(
  sum: Map<string, Float32Array>,
  gradients: ReadonlyMap<string, Float32Array>,
  factor: number,
): void {
  for (const [name, gradient] of gradients) {
    const total = sum.get(name);
    if (total === undefined) {
      for (let i = 0; i < gradient.length; i++) gradient[i]! *= factor;
      sum.set(name, gradient);
    } else for (let i = 0; i < total.length; i++) total[i]! += factor * gradient[i]!;
  }
}

/** The mean over so many batches, each with a number of its own: as one batch of that many times the size. */
export async function accumulated(
  objective: Objective,
  step: number,
  batches: number,
): Promise<StepResult> {
  if (batches === 1) return objective.step(step);
  const gradients = new Map<string, Float32Array>();
  let [loss, samples] = [0, 0];
  for (let batch = 0; batch < batches; batch++) {
    const result = await objective.step(step * batches + batch);
    addScaled(gradients, result.gradients, 1 / batches);
    loss += result.loss / batches;
    samples += result.samples;
  }
  return { loss, gradients, samples };
}
