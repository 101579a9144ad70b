// Conditional flow matching: x_t = (1 − t) z + t ε, target ε − z, squared error.
import type { Graph, Value } from "../graph/index.js";

/**
 * Adds the loss of a transformer's `pred`. New inputs: target [B·L, 64], and weight [B·L, 1], which
 * says what each token counts: 0 for a known cell.
 * @returns Σ weight · mean over channels of (pred − target)²
 */
export function addFlowMatchingLoss(g: Graph, channels: number): Value {
  const pred = { name: "pred" };
  const target = g.input("target", "F32", ["B·L", channels]);
  const weight = g.input("weight", "F32", ["B·L", 1]);
  const error = g.op("Sub", [pred, target]);
  const square = g.op("Mul", [error, error]);
  const perToken = g.op("ReduceMean", [square, g.ints([-1])], { keepdims: 1 });
  const weighted = g.op("Mul", [perToken, weight]);
  const loss = g.op("ReduceSum", [weighted, g.ints([0, 1])], { keepdims: 0 });
  g.output("loss", loss);
  return loss;
}
