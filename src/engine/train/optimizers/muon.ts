// Muon: Jordan et al. (2024), a matrix moves along its momentum made orthogonal, so that no direction
// of it falls behind; scaled to the size of AdamW's updates by Liu et al., Muon is Scalable for LLM
// Training (2025), section 2.2, so that one learning rate serves both: AdamW moves everything else.
import { TrainingState } from "../state.js";
import { adamwStep, type AdamWOptions } from "./adamw.js";
import { optimizer, slots, withGradients } from "./optimizer.js";
import type { Optimizer, Parameter } from "./optimizer.js";

export interface MuonOptions {
  /** roughly the nearest orthogonal matrix, as by `newtonSchulzGraph`; the given one is only lent */
  orthogonalize: (matrix: Float32Array, rows: number, columns: number) => Promise<Float32Array>;
  momentum?: number;
  weightDecay?: number;
  /** which parameters are Muon's, a convolution's as [out, in · height · width]; every matrix unless given */
  takes?: (parameter: Parameter) => boolean;
  /** for the parameters that are not */
  adamw?: AdamWOptions;
}

export function muon(
  parameters: readonly Parameter[],
  {
    orthogonalize,
    momentum = 0.95,
    weightDecay = 0.01,
    takes = ({ shape }) => shape.length === 2,
    adamw = { weightDecay },
  }: MuonOptions,
): Optimizer {
  const state = new TrainingState();
  const matrices = parameters.filter(takes);
  const scratch = new Float32Array(Math.max(0, ...matrices.map(({ value }) => value.length)));
  const all = slots(matrices, ({ name, shape, value }) => ({
    value,
    rows: shape[0]!,
    columns: value.length / shape[0]!,
    mean: state.tensor(`${name}.momentum`, value.length),
    ahead: scratch.subarray(0, value.length),
  }));
  const others = parameters.filter((parameter) => !takes(parameter));
  const stepOthers = adamwStep(state, others, adamw);

  return optimizer(state, async (gradients, learningRate) => {
    const own = new Map([...gradients].filter(([name]) => all.has(name)));
    const rest = new Map([...gradients].filter(([name]) => !all.has(name)));
    await stepOthers(rest, learningRate);
    for (const [{ value, rows, columns, mean, ahead }, gradient] of withGradients(all, own)) {
      lookAhead(ahead, mean, gradient, momentum);
      const direction = await orthogonalize(ahead, rows, columns);
      const rate = learningRate * 0.2 * Math.sqrt(Math.max(rows, columns));
      const keep = 1 - learningRate * weightDecay;
      for (let i = 0; i < value.length; i++) value[i] = keep * value[i]! - rate * direction[i]!;
    }
  });
}

/** mean ← momentum · mean + gradient; ahead is where Nesterov's momentum would go next. */
function lookAhead(
  ahead: Float32Array,
  mean: Float32Array,
  gradient: Float32Array,
  momentum: number,
): void {
  for (let i = 0; i < mean.length; i++) {
    mean[i] = momentum * mean[i]! + gradient[i]!;
    ahead[i] = momentum * mean[i]! + gradient[i]!;
  }
}
