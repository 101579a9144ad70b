// CAME: Luo et al., Confidence-guided Adaptive Memory Efficient Optimization (2023), algorithm 2. A
// matrix keeps one moment in full, the mean of its updates, and two by rows and columns: its squared
// gradients, and how far updates stray from their mean, which is how little to trust it. A vector keeps
// its squared gradients in full and goes without the trust; higher ranks are matrices [first, rest].
import { TrainingState } from "../state.js";
import { optimizer, slots, withGradients } from "./optimizer.js";
import type { Optimizer, Parameter } from "./optimizer.js";
import { factoredMoment, fullMoment, type SecondMoment } from "./second-moment.js";

export interface CameOptions {
  betas?: readonly [number, number, number];
  /** added to squared gradients, and to squared deviations */
  eps?: readonly [number, number];
  /** the root mean square that an update may have */
  clipThreshold?: number;
  weightDecay?: number;
}

export function came(
  parameters: readonly Parameter[],
  {
    betas: [beta1, beta2, beta3] = [0.9, 0.999, 0.9999],
    eps: [squareEps, deviationEps] = [1e-30, 1e-16],
    clipThreshold = 1,
    weightDecay = 0,
  }: CameOptions = {},
): Optimizer {
  const state = new TrainingState();
  const scratch = new Float32Array(Math.max(0, ...parameters.map(({ value }) => value.length)));
  const all = slots(parameters, (parameter) => ({
    value: parameter.value,
    mean: state.tensor(`${parameter.name}.mean`, parameter.value.length),
    update: scratch.subarray(0, parameter.value.length),
    ...secondMoments(state, parameter),
  }));
  return optimizer(state, async (gradients, learningRate) => {
    for (const [slot, gradient] of withGradients(all, gradients)) {
      const { value, mean, update, square, deviation } = slot;
      square.follow(gradient, squareEps, beta2);
      square.divide(gradient, update);
      followAndSubtract(mean, update, beta1, clipFactor(update, clipThreshold));
      deviation?.follow(update, deviationEps, beta3);
      deviation?.divide(mean, update);
      const keep = 1 - learningRate * weightDecay;
      apply(value, deviation === undefined ? mean : update, learningRate, keep);
    }
  });
}

interface SecondMoments {
  square: SecondMoment;
  deviation: SecondMoment | undefined;
}

function secondMoments(
  state: TrainingState,
  { name, shape: [rows, ...rest], value: { length } }: Parameter,
): SecondMoments {
  if (rows === undefined || rest.length === 0)
    return { square: fullMoment(state, `${name}.square`, length), deviation: undefined };
  const size = [rows, length / rows] as const;
  return {
    square: factoredMoment(state, `${name}.square`, size),
    deviation: factoredMoment(state, `${name}.deviation`, size),
  };
}

/** What brings the root mean square of the update down to the threshold. */
function clipFactor(update: Float32Array, threshold: number): number {
  let squares = 0;
  for (let i = 0; i < update.length; i++) squares += update[i]! * update[i]!;
  return 1 / Math.max(1, Math.sqrt(squares / update.length) / threshold);
}

/** mean ← beta · mean + (1 − beta) · factor · update; then update ← factor · update − mean */
function followAndSubtract(
  mean: Float32Array,
  update: Float32Array,
  beta: number,
  factor: number,
): void {
  for (let i = 0; i < mean.length; i++) {
    const clipped = factor * update[i]!;
    mean[i] = beta * mean[i]! + (1 - beta) * clipped;
    update[i] = clipped - mean[i]!;
  }
}

function apply(value: Float32Array, update: Float32Array, rate: number, keep: number): void {
  for (let i = 0; i < value.length; i++) value[i] = keep * value[i]! - rate * update[i]!;
}
