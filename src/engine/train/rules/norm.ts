// Normalisation. x̂ is the normalised input and s its standard deviation's inverse; then
// dx = s (dx̂ − mean(dx̂) − x̂ mean(dx̂ x̂)), without the first mean where no mean is taken away.
import type { Graph, Value } from "../../graph/index.js";
import {
  add,
  div,
  meanOfLast,
  mul,
  once,
  sub,
  sumTo,
  type Rule,
  type RuleContext,
} from "./rule.js";

export const norm: Record<string, Rule> = {
  LayerNormalization: (c) => {
    const { g, x, dy } = c;
    const [mean, inverse] = [extraOutput(c, 1), extraOutput(c, 2)];
    const normed = once(() => mul(g, sub(g, x[0]!, mean), inverse));
    return [
      () => {
        const dNormed = mul(g, dy, x[1]!);
        return mul(
          g,
          inverse,
          sub(g, sub(g, dNormed, meanOfLast(g, dNormed)), alongNormed(g, dNormed, normed())),
        );
      },
      () => scaleGradient(c, normed()),
      () => sumTo(g, dy, c.shapeOf(x[0]!), c.shapeOf(x[2]!)),
    ];
  },
  SimplifiedLayerNormalization: (c) => {
    const { g, x, dy } = c;
    const inverse = extraOutput(c, 1);
    const normed = once(() => mul(g, x[0]!, inverse));
    return [
      () => {
        const dNormed = mul(g, dy, x[1]!);
        return mul(g, inverse, sub(g, dNormed, alongNormed(g, dNormed, normed())));
      },
      () => scaleGradient(c, normed()),
    ];
  },
  /** as groupNorm uses it, with a scale of 1 and no bias: y is x̂ */
  InstanceNormalization: ({ g, x, y, dy, node }) => [
    () => {
      const centred = sub(g, x[0]!, meanOfLast(g, x[0]!));
      const variance = meanOfLast(g, mul(g, centred, centred));
      const { float: epsilon } = node.attributes.epsilon as { float: number };
      const deviation = g.op("Sqrt", [add(g, variance, g.floats([epsilon], []))]);
      return div(g, sub(g, sub(g, dy, meanOfLast(g, dy)), alongNormed(g, dy, y[0]!)), deviation);
    },
  ],
};

/** The part of dx̂ along x̂ itself, which normalisation takes away. */
const alongNormed = (g: Graph, dNormed: Value, normed: Value): Value =>
  mul(g, normed, meanOfLast(g, mul(g, dNormed, normed)));

const scaleGradient = ({ g, x, dy, shapeOf }: RuleContext, normed: Value): Value =>
  sumTo(g, mul(g, dy, normed), shapeOf(x[0]!), shapeOf(x[1]!));

/** An output the forward op can give besides: asked for only here. */
function extraOutput({ node }: RuleContext, position: number): Value {
  for (let i = node.outputs.length; i <= position; i++)
    node.outputs.push(`${node.outputs[0]}/extra:${i}`);
  return { name: node.outputs[position]! };
}
