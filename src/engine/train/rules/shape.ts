// Ops that move numbers without changing them.
import { axisOf, sliceRange, type Shape, type Value, type Graph } from "../../graph/index.js";
import { reshape, type Rule, type RuleContext } from "./rule.js";

export const moving: Record<string, Rule> = {
  Reshape: ({ g, x, dy, shapeOf }) => [() => reshape(g, dy, shapeOf(x[0]!))],
  Unsqueeze: ({ g, x, dy, shapeOf }) => [() => reshape(g, dy, shapeOf(x[0]!))],
  Transpose: ({ g, dy, node }) => [
    () => {
      const perm = node.attributes.perm as readonly number[];
      return g.op("Transpose", [dy], { perm: perm.map((_, i) => perm.indexOf(i)) });
    },
  ],
  Concat: (c) => {
    const axis = axisOf(c.number("axis", 0), c.shapeOf(c.y[0]!));
    let end = 0;
    return c.x.map((part) => {
      const start = end;
      end += c.shapeOf(part)[axis]!;
      const stop = end;
      return () => slice(c.g, c.dy, axis, start, stop);
    });
  },
  Split: ({ g, dys, y, shapeOf, number, x }) => [
    () => {
      const parts = dys.map((dy, i) => dy ?? zeros(g, shapeOf(y[i]!)));
      return g.op("Concat", parts, { axis: axisOf(number("axis", 0), shapeOf(x[0]!)) });
    },
  ],
  Slice: (c) => [() => padBack(c)],
  /** Rows of a table, by index: every use of a row adds to its gradient. */
  Gather: ({ g, x: [table, index], dy, shapeOf, number }) => [
    () => {
      const shape = shapeOf(table!);
      if (number("axis", 0) !== 0 || shape.length !== 2)
        throw new Error("differentiate: Gather is known for the rows of a matrix alone");
      const [rows, columns] = shape as [number, number];
      const flat = reshape(g, index!, [-1]);
      const hot = g.op("OneHot", [flat, g.ints([rows], []), g.floats([0, 1])], { axis: -1 });
      return g.op("Gemm", [hot, reshape(g, dy, [-1, columns])], { transA: 1 });
    },
  ],
  /** nearest neighbour, doubled: the sum of every 2 x 2 pixels */
  Resize: ({ g, dy }) => [
    () => {
      const mean = g.op("AveragePool", [dy], { kernel_shape: [2, 2], strides: [2, 2] });
      return g.op("Mul", [mean, g.floats([4], [])]);
    },
  ],
};

export const slice = (g: Graph, x: Value, axis: number, start: number, end: number): Value =>
  g.op("Slice", [x, g.ints([start]), g.ints([end]), g.ints([axis])]);

export const zeros = (g: Graph, shape: Shape): Value =>
  g.op("Expand", [g.floats([0], []), g.ints(shape)]);

/** What was cut away gets no gradient. */
function padBack({ g, x, y, dy, shapeOf, integersOf }: RuleContext): Value {
  const [shape, cut] = [shapeOf(x[0]!), shapeOf(y[0]!)];
  const [starts, axes] = [integersOf(x[1]!), integersOf(x[3]!)];
  const before = shape.map(() => 0);
  axes.forEach((axis, i) => {
    const at = axisOf(axis, shape);
    before[at] = sliceRange(starts[i]!, 0, shape[at]!)[0];
  });
  const after = shape.map((size, i) => size - cut[i]! - before[i]!);
  return g.op("Pad", [dy, g.ints([...before, ...after])]);
}
