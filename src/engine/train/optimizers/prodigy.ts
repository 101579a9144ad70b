// Prodigy: Mishchenko and Defazio, Prodigy: An Expeditiously Adaptive Parameter-Free Learner (2023),
// algorithm 4: Adam whose step size d is an estimate of the distance to the solution, from how far the
// gradients agree with the way already gone. In that estimate a parameter without a gradient counts as
// one with gradient zero; its moments, and the steps that correct their bias, wait.
import { TrainingState } from "../state.js";
import { optimizer, slots, withGradients } from "./optimizer.js";
import type { Optimizer, Parameter } from "./optimizer.js";

export interface ProdigyOptions {
  betas?: readonly [number, number];
  /** how fast the estimate forgets; √beta2 unless given */
  beta3?: number;
  eps?: number;
  weightDecay?: number;
  /** the first estimate */
  d0?: number;
  /** what the estimate is multiplied with */
  dCoef?: number;
  /** by how much the estimate may grow in a step */
  growthRate?: number;
  useBiasCorrection?: boolean;
  /** keeps a warm-up of the learning rate from raising the estimate */
  safeguardWarmup?: boolean;
}

/** The learning rate of a step scales the estimate; the authors keep it at 1 or let it fall to 0. */
export function prodigy(
  parameters: readonly Parameter[],
  {
    betas: [beta1, beta2] = [0.9, 0.999],
    beta3 = Math.sqrt(beta2),
    eps = 1e-8,
    weightDecay = 0,
    d0 = 1e-6,
    dCoef = 1,
    growthRate = Infinity,
    useBiasCorrection = false,
    safeguardWarmup = false,
  }: ProdigyOptions = {},
): Optimizer {
  const state = new TrainingState();
  const all = slots(parameters, ({ name, value }) => ({
    value,
    start: state.tensor(`${name}.start`, value.length, value),
    mean: state.tensor(`${name}.mean`, value.length),
    square: state.tensor(`${name}.square`, value.length),
    /** running sum of its gradients */
    sum: state.tensor(`${name}.sum`, value.length),
    /** its own steps, the step of all that it last took part in, and the sum's 1-norm then */
    counts: state.counters(`${name}.counts`, [0, 0, 0]),
  }));
  const estimate = state.counters("estimate", [0, d0, d0, 0]);

  return optimizer(state, async (gradients, learningRate) => {
    if (learningRate === 0) return;
    const concerned = withGradients(all, gradients);
    const [lastStep, d, lastMax, lastAgreement] = estimate;
    const step = lastStep + 1;
    const rateOf = (steps: number) =>
      d * learningRate * (useBiasCorrection ? biasCorrection(steps, beta1, beta2) : 1);

    let agreement = beta3 * lastAgreement;
    for (const [{ value, start, mean, square, sum, counts }, gradient] of concerned) {
      const [steps, last] = counts;
      const rate = rateOf(steps + 1);
      agreement += (d / d0) * rate * progress(value, start, gradient);
      follow(mean, square, gradient, d, beta1, beta2);
      const weight = (d / d0) * (safeguardWarmup ? d : rate);
      const norm = accumulate(sum, gradient, beta3 ** (step - last), weight);
      Object.assign(counts, [steps + 1, step, norm]);
    }
    let extent = 0;
    for (const { counts } of all.values()) extent += beta3 ** (step - counts[1]) * counts[2];

    const found = extent === 0 ? d : (dCoef * agreement) / extent;
    const dMax = Math.max(lastMax, found);
    const next = Math.min(dMax, (d === d0 ? Math.max(d, found) : d) * growthRate);
    for (const [{ value, mean, square, counts }] of concerned) {
      const rate = rateOf(counts[0]);
      apply(value, mean, square, { rate, keep: 1 - rate * weightDecay, eps: next * eps });
    }
    Object.assign(estimate, [step, next, dMax, agreement]);
  });
}

function biasCorrection(steps: number, beta1: number, beta2: number): number {
  return Math.sqrt(1 - beta2 ** steps) / (1 - beta1 ** steps);
}

/** How far the way from the start runs against the gradient: ⟨gradient, start − value⟩. */
function progress(value: Float32Array, start: Float32Array, gradient: Float32Array): number {
  let product = 0;
  for (let i = 0; i < value.length; i++) product += gradient[i]! * (start[i]! - value[i]!);
  return product;
}

/** Adam's moments of d · gradient. */
function follow(
  mean: Float32Array,
  square: Float32Array,
  gradient: Float32Array,
  d: number,
  beta1: number,
  beta2: number,
): void {
  for (let i = 0; i < mean.length; i++) {
    const g = d * gradient[i]!;
    mean[i] = beta1 * mean[i]! + (1 - beta1) * g;
    square[i] = beta2 * square[i]! + (1 - beta2) * g * g;
  }
}

/** sum ← keep · sum + weight · gradient; returns the 1-norm of sum. */
function accumulate(
  sum: Float32Array,
  gradient: Float32Array,
  keep: number,
  weight: number,
): number {
  let norm = 0;
  for (let i = 0; i < sum.length; i++) {
    sum[i] = keep * sum[i]! + weight * gradient[i]!;
    norm += Math.abs(sum[i]!);
  }
  return norm;
}

/** Decay is rounded to float32 before the update, as published: in small ways the estimate sees it. */
function apply(
  value: Float32Array,
  mean: Float32Array,
  square: Float32Array,
  { rate, keep, eps }: { rate: number; keep: number; eps: number },
): void {
  for (let i = 0; i < value.length; i++) {
    value[i]! *= keep;
    value[i]! -= (rate * mean[i]!) / (Math.sqrt(square[i]!) + eps);
  }
}
