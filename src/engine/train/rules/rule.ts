// How the gradient passes one op. A rule answers with one function an input, so that only what is
// asked for is added to the graph.
import type { Graph, GraphNode, Shape, Value } from "../../graph/index.js";

export interface RuleContext {
  g: Graph;
  node: GraphNode;
  /** the op's inputs and outputs */
  x: readonly Value[];
  y: readonly Value[];
  /** gradient of the first output */
  dy: Value;
  /** gradient of every output; undefined where nothing depends on it */
  dys: readonly (Value | undefined)[];
  shapeOf(value: Value): Shape;
  /** what is in a value of whole numbers that is known ahead */
  integersOf(value: Value): readonly number[];
  /** an attribute that is a number; `otherwise` where it is absent */
  number(name: string, otherwise: number): number;
}

/** Position by position, what gives the gradient of that input. */
export type Rule = (context: RuleContext) => readonly ((() => Value) | undefined)[];

/** A few ops by short names. */
export const add = (g: Graph, a: Value, b: Value): Value => g.op("Add", [a, b]);
export const sub = (g: Graph, a: Value, b: Value): Value => g.op("Sub", [a, b]);
export const mul = (g: Graph, a: Value, b: Value): Value => g.op("Mul", [a, b]);
export const div = (g: Graph, a: Value, b: Value): Value => g.op("Div", [a, b]);
export const neg = (g: Graph, a: Value): Value => g.op("Neg", [a]);
export const scaleBy = (g: Graph, a: Value, factor: number): Value =>
  factor === 1 ? a : mul(g, a, g.floats([factor], []));
export const meanOfLast = (g: Graph, a: Value): Value =>
  g.op("ReduceMean", [a, g.ints([-1])], { keepdims: 1 });
export const reshape = (g: Graph, a: Value, shape: Shape): Value =>
  g.op("Reshape", [a, g.ints(shape)]);

/** Sums what broadcasting had repeated: from the shape of the result back to that of an input. */
export function sumTo(g: Graph, value: Value, from: Shape, to: Shape): Value {
  const lead = from.length - to.length;
  const axes = from.flatMap((size, i) =>
    i < lead || (to[i - lead] === 1 && size !== 1) ? [i] : [],
  );
  if (axes.length === 0) return value;
  const summed = g.op("ReduceSum", [value, g.ints(axes)], { keepdims: 1 });
  return lead === 0 ? summed : reshape(g, summed, to);
}

/** A function that adds its nodes when it is first called, and then answers the same value. */
export function once(make: () => Value): () => Value {
  let value: Value | undefined;
  return () => (value ??= make());
}
