// AdamW: Loshchilov and Hutter, Decoupled Weight Decay Regularization (2019), algorithm 2. The bias of
// the moments is corrected by a parameter's own steps, for a batch may concern some parameters only.
import { TrainingState } from "../state.js";
import { optimizer, slots, withGradients } from "./optimizer.js";
import type { Optimizer, Parameter, Step } from "./optimizer.js";

export interface AdamWOptions {
  betas?: readonly [number, number];
  eps?: number;
  weightDecay?: number;
}

export function adamw(parameters: readonly Parameter[], options: AdamWOptions = {}): Optimizer {
  const state = new TrainingState();
  return optimizer(state, adamwStep(state, parameters, options));
}

/** AdamW's step, keeping its moments in a state that may hold more. */
export function adamwStep(
  state: TrainingState,
  parameters: readonly Parameter[],
  { betas: [beta1, beta2] = [0.9, 0.999], eps = 1e-8, weightDecay = 0.01 }: AdamWOptions,
): Step {
  const all = slots(parameters, ({ name, value }) => ({
    value,
    mean: state.tensor(`${name}.mean`, value.length),
    square: state.tensor(`${name}.square`, value.length),
    steps: state.counters(`${name}.steps`, [0]),
  }));
  return async (gradients, learningRate) => {
    const keep = 1 - learningRate * weightDecay;
    for (const [{ value, mean, square, steps }, gradient] of withGradients(all, gradients)) {
      steps[0]++;
      const rate = learningRate / (1 - beta1 ** steps[0]);
      const unbias = 1 / Math.sqrt(1 - beta2 ** steps[0]);
      for (let i = 0; i < value.length; i++) {
        const g = gradient[i]!;
        const m = beta1 * mean[i]! + (1 - beta1) * g;
        const v = beta2 * square[i]! + (1 - beta2) * g * g;
        mean[i] = m;
        square[i] = v;
        value[i] = keep * value[i]! - (rate * m) / (Math.sqrt(v) * unbias + eps);
      }
    }
  };
}
