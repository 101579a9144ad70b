// Sums, products and activations.
import type { Graph, Value } from "../../graph/index.js";
import { add, div, mul, neg, scaleBy, sub, sumTo, type Rule, type RuleContext } from "./rule.js";

/** A gradient of the result's shape, summed to the shape of input `i`. */
const into = ({ g, x, y, shapeOf }: RuleContext, i: number, value: Value): Value =>
  sumTo(g, value, shapeOf(y[0]!), shapeOf(x[i]!));

const one = (g: Graph): Value => g.floats([1], []);

export const elementwise: Record<string, Rule> = {
  Identity: ({ dy }) => [() => dy],
  Add: (c) => [() => into(c, 0, c.dy), () => into(c, 1, c.dy)],
  Sub: (c) => [() => into(c, 0, c.dy), () => neg(c.g, into(c, 1, c.dy))],
  Mul: (c) => [
    () => into(c, 0, mul(c.g, c.dy, c.x[1]!)),
    () => into(c, 1, mul(c.g, c.dy, c.x[0]!)),
  ],
  Div: (c) => [
    () => into(c, 0, div(c.g, c.dy, c.x[1]!)),
    () => into(c, 1, neg(c.g, mul(c.g, c.dy, div(c.g, c.y[0]!, c.x[1]!)))),
  ],
  Neg: ({ g, dy }) => [() => neg(g, dy)],
  Abs: ({ g, x, dy }) => [() => mul(g, dy, g.op("Sign", [x[0]!]))],
  Exp: ({ g, y, dy }) => [() => mul(g, dy, y[0]!)],
  Log: ({ g, x, dy }) => [() => div(g, dy, x[0]!)],
  Sqrt: ({ g, y, dy }) => [() => div(g, dy, scaleBy(g, y[0]!, 2))],
  Tanh: ({ g, y, dy }) => [() => mul(g, dy, sub(g, one(g), mul(g, y[0]!, y[0]!)))],
  Sigmoid: ({ g, y, dy }) => [() => mul(g, dy, mul(g, y[0]!, sub(g, one(g), y[0]!)))],
  Relu: ({ g, y, dy }) => [() => mul(g, dy, g.op("Sign", [y[0]!]))],

  /** y = x σ(αx), so y' = σ + αy(1 − σ) */
  QuickGelu: ({ g, x, y, dy, node }) => [
    () => {
      const { float: alpha } = node.attributes.alpha as { float: number };
      const sigma = g.op("Sigmoid", [scaleBy(g, x[0]!, alpha)]);
      const rest = mul(g, scaleBy(g, y[0]!, alpha), sub(g, one(g), sigma));
      return mul(g, dy, add(g, sigma, rest));
    },
  ],

  /** y = x σ(w) with w = x(a + bx²), the tanh form of GELU; y' = σ + y(1 − σ)(a + 3bx²) */
  FastGelu: ({ g, x, y, dy }) => [
    () => {
      const a = 2 * Math.sqrt(2 / Math.PI);
      const bxx = scaleBy(g, mul(g, x[0]!, x[0]!), a * 0.044715);
      const sigma = g.op("Sigmoid", [mul(g, x[0]!, add(g, bxx, g.floats([a], [])))]);
      const slope = add(g, scaleBy(g, bxx, 3), g.floats([a], []));
      const rest = mul(g, mul(g, y[0]!, sub(g, one(g), sigma)), slope);
      return mul(g, dy, add(g, sigma, rest));
    },
  ],

  /** along the last axis: dx = y (dy − Σ dy·y) */
  Softmax: ({ g, y, dy }) => [
    () => {
      const weighted = mul(g, dy, y[0]!);
      const total = g.op("ReduceSum", [weighted, g.ints([-1])], { keepdims: 1 });
      return sub(g, weighted, mul(g, y[0]!, total));
    },
  ],
  LogSoftmax: ({ g, y, dy }) => [
    () => {
      const total = g.op("ReduceSum", [dy, g.ints([-1])], { keepdims: 1 });
      return sub(g, dy, mul(g, g.op("Exp", [y[0]!]), total));
    },
  ],
  ReduceSum: (c) => [() => spread(c)],
  ReduceMean: (c) => [
    () => {
      const count = (value: Value) => c.shapeOf(value).reduce((product, size) => product * size, 1);
      return scaleBy(c.g, spread(c), count(c.y[0]!) / count(c.x[0]!));
    },
  ],
};

/** The gradient of a sum: the same at every place that was added. */
function spread({ g, x, y, dy, shapeOf, number }: RuleContext): Value {
  const from = shapeOf(x[0]!);
  if (number("keepdims", 1) === 0 && shapeOf(y[0]!).length > 0)
    throw new Error("differentiate: a sum along some axes must keep them");
  return g.op("Expand", [dy, g.ints(from)]);
}
