// Matrix products.
import type { Shape, Value } from "../../graph/index.js";
import { sumTo, type Rule, type RuleContext } from "./rule.js";

export const matrix: Record<string, Rule> = {
  /** y = x W + c, or x Wᵀ + c */
  Gemm: ({ g, x: [a, b, c], dy, y, shapeOf, number, node }) => {
    const unknown = Object.keys(node.attributes).find((name) => name !== "transB");
    if (unknown !== undefined) throw new Error(`differentiate: Gemm with ${unknown} has no rule`);
    const transB = number("transB", 0);
    return [
      () => g.op("Gemm", [dy, b!], { transB: 1 - transB }),
      () => g.op("Gemm", transB ? [dy, a!] : [a!, dy], { transA: 1 }),
      () => sumTo(g, dy, shapeOf(y[0]!), shapeOf(c!)),
    ];
  },
  MatMul: (context) => batched(context),
  FusedMatMul: (context) => batched(context),
};

/** y = α op(a) op(b), op being the transpose of the last two axes where the node says so. */
function batched({ g, x, dy, shapeOf, number, node }: RuleContext) {
  const [a, b] = x as [Value, Value];
  const [transA, transB] = [number("transA", 0), number("transB", 0)];
  const alpha = (node.attributes.alpha as { float: number } | undefined)?.float ?? 1;
  const product = (left: Value, right: Value, turnLeft: number, turnRight: number, to: Value) => {
    const value = g.microsoft("FusedMatMul", [left, right], {
      transA: turnLeft,
      transB: turnRight,
      alpha: { float: alpha },
    });
    const shape = shapeOf(to);
    return sumTo(g, value, [...batchOf(shapeOf(dy), shape), ...shape.slice(-2)], shape);
  };
  return [
    () => (transA ? product(b, dy, transB, 1, a) : product(dy, b, 0, 1 - transB, a)),
    () => (transB ? product(dy, a, 1, transA, b) : product(a, dy, 1 - transA, 0, b)),
  ];
}

const batchOf = (result: Shape, input: Shape): Shape =>
  result.length >= input.length ? result.slice(0, -2) : input.slice(0, -2);
