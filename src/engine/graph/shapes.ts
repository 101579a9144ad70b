// The shape of every value of a graph, once the sizes of its inputs are known. Differentiation needs
// them (what was broadcast has to be summed), and so does counting: memory, and floating-point work.
import type { Dim, Graph, GraphNode } from "./graph.js";

export type Shape = readonly number[];

export class ShapeError extends Error {}

/** What is known of a value: its shape, and for the integers that shapes are made of, their content. */
export interface Known {
  shape: Shape;
  integers?: readonly number[] | undefined;
}

/** @param sizeOfName - size of a named dimension */
export function inferShapes(
  graph: Graph,
  sizeOfName: (name: string) => number | undefined = () => undefined,
): Map<string, Known> {
  const known = new Map<string, Known>();
  const sizeOf = (dim: Dim) => {
    const size = typeof dim === "number" ? dim : sizeOfName(dim);
    if (size === undefined) throw new ShapeError(`shapes: size of dimension "${dim}" is not given`);
    return size;
  };
  for (const { name, dims } of graph.inputs) known.set(name, { shape: dims.map(sizeOf) });
  for (const [name, shape] of graph.weights) known.set(name, { shape });
  for (const { name, dims, type, data } of graph.constants)
    known.set(name, {
      shape: dims,
      integers: type === "I64" ? Array.from(data, Number) : undefined,
    });
  for (const node of graph.nodes)
    shapesOf(node, known).forEach((result, i) => {
      const name = node.outputs[i];
      if (name !== undefined) known.set(name, result);
    });
  return known;
}

/** The shape that numpy's broadcasting gives. */
export function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const [x, y] = [a[i - rank + a.length] ?? 1, b[i - rank + b.length] ?? 1];
    if (x !== y && x !== 1 && y !== 1)
      throw new ShapeError(`broadcast: [${a.join()}] and [${b.join()}] do not fit`);
    return Math.max(x, y) === 1 ? Math.min(x, y) : x === 1 ? y : x;
  });
}

export const countOf = (shape: Shape): number => shape.reduce((product, size) => product * size, 1);

/** An axis counted from the front. */
export const axisOf = (axis: number, shape: Shape): number =>
  axis < 0 ? axis + shape.length : axis;

function shapesOf(node: GraphNode, known: Map<string, Known>): Known[] {
  const inputs = node.inputs.map((name) => known.get(name));
  const at = (i: number): Known => {
    const input = inputs[i];
    if (input === undefined)
      throw new ShapeError(
        `${node.op} ${node.outputs[0]}: input ${i} (${node.inputs[i]}) is unknown`,
      );
    return input;
  };
  const integers = (i: number): readonly number[] => {
    const value = at(i).integers;
    if (value === undefined)
      throw new ShapeError(`${node.op} ${node.outputs[0]}: input ${i} is not known ahead`);
    return value;
  };
  const rule = shapeRule[node.op];
  if (rule === undefined) throw new ShapeError(`shapes: no rule for the op ${node.op}`);
  const number = (name: string, otherwise: number): number => {
    const value = node.attributes[name];
    return typeof value === "number" ? value : otherwise;
  };
  const list = (name: string): readonly number[] => (node.attributes[name] ?? []) as number[];
  return rule({ at, integers, number, list, has: (i) => inputs[i] !== undefined, node });
}

interface NodeView {
  at(input: number): Known;
  integers(input: number): readonly number[];
  number(attribute: string, otherwise: number): number;
  list(attribute: string): readonly number[];
  has(input: number): boolean;
  node: GraphNode;
}

type ShapeRule = (view: NodeView) => Known[];

const same: ShapeRule = ({ at }) => [{ shape: at(0).shape }];
const elementwise: ShapeRule = ({ at, node }) => {
  const shape = broadcast(at(0).shape, at(1).shape);
  const [a, b, combine] = [at(0).integers, at(1).integers, onIntegers[node.op]];
  if (a === undefined || b === undefined || combine === undefined) return [{ shape }];
  const integers = Array.from({ length: countOf(shape) }, (_, i) =>
    combine(a[i % a.length]!, b[i % b.length]!),
  );
  return [{ shape, integers }];
};

/** What shapes are computed with: numbers alone, and rows of them. */
const onIntegers: Record<string, (a: number, b: number) => number> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => Math.trunc(a / b),
  Max: Math.max,
};

const reduced: ShapeRule = ({ at, integers, number, has }) => {
  const { shape } = at(0);
  const given = has(1) ? integers(1) : shape.map((_, i) => i);
  const axes = new Set(given.map((axis) => axisOf(axis, shape)));
  const keep = number("keepdims", 1) === 1;
  return [{ shape: shape.flatMap((size, i) => (axes.has(i) ? (keep ? [1] : []) : [size])) }];
};

const normalised: ShapeRule = ({ at }) => {
  const { shape } = at(0);
  const rows = [...shape.slice(0, -1), 1];
  return [{ shape }, { shape: rows }, { shape: rows }];
};

const product: ShapeRule = ({ at, number }) => {
  const turn = (shape: Shape, turned: boolean): Shape =>
    turned ? [...shape.slice(0, -2), shape.at(-1)!, shape.at(-2)!] : shape;
  const a = turn(at(0).shape, number("transA", 0) === 1);
  const b = turn(at(1).shape, number("transB", 0) === 1);
  if (a.at(-1) !== b.at(-2))
    throw new ShapeError(`product: [${a.join()}] and [${b.join()}] do not fit`);
  return [{ shape: [...broadcast(a.slice(0, -2), b.slice(0, -2)), a.at(-2)!, b.at(-1)!] }];
};

const shapeRule: Record<string, ShapeRule> = {
  Identity: ({ at }) => [at(0)],
  Cast: ({ at }) => [at(0)],
  ...Object.fromEntries(["Add", "Sub", "Mul", "Div", "Max", "Pow"].map((op) => [op, elementwise])),
  ...Object.fromEntries(
    ["Abs", "Neg", "Exp", "Log", "Sqrt", "Reciprocal", "Cos", "Sin", "Tanh", "Sigmoid", "Softmax",
      "LogSoftmax", "QuickGelu", "FastGelu", "Relu", "Sign", "RotaryEmbedding", "MultiHeadAttention",
      "InstanceNormalization", "CastLike", "Trilu"].map((op) => [op, same]),
  ), // prettier-ignore
  LayerNormalization: normalised,
  SimplifiedLayerNormalization: ({ at }) => normalised({ at } as NodeView).slice(0, 2),
  Expand: ({ at, integers }) => [{ shape: broadcast(at(0).shape, integers(1)) }],
  ReduceSum: reduced,
  ReduceMean: reduced,
  MatMul: product,
  FusedMatMul: product,
  Gemm: product,
  Shape: ({ at, number }) => {
    const { shape } = at(0);
    const integers = shape.slice(number("start", 0), number("end", shape.length));
    return [{ shape: [integers.length], integers }];
  },
  Reshape: ({ at, integers }) => {
    const { shape } = at(0);
    const wanted = integers(1).map((size, i) => (size === 0 ? shape[i]! : size));
    const rest = countOf(wanted.filter((size) => size !== -1));
    const result = wanted.map((size) => (size === -1 ? countOf(shape) / rest : size));
    if (countOf(result) !== countOf(shape) || !result.every(Number.isInteger))
      throw new ShapeError(`Reshape: [${shape.join()}] cannot become [${wanted.join()}]`);
    return [{ shape: result }];
  },
  Transpose: ({ at, list }) => [{ shape: list("perm").map((axis) => at(0).shape[axis]!) }],
  Unsqueeze: ({ at, integers }) => {
    const shape = [...at(0).shape];
    for (const axis of integers(1)) shape.splice(axis < 0 ? axis + shape.length + 1 : axis, 0, 1);
    return [{ shape }];
  },
  Concat: ({ at, number, node }) => {
    const parts = node.inputs.map((_, i) => at(i));
    const axis = axisOf(number("axis", 0), parts[0]!.shape);
    const total = parts.reduce((sum, { shape }) => sum + shape[axis]!, 0);
    const integers = parts.every((part) => part.integers !== undefined)
      ? parts.flatMap((part) => part.integers!)
      : undefined;
    return [{ shape: parts[0]!.shape.with(axis, total), integers }];
  },
  Split: ({ at, integers, number }) => {
    const axis = axisOf(number("axis", 0), at(0).shape);
    const sizes = integers(1);
    const pieces = sizes.map((size, i) => {
      const start = sizes.slice(0, i).reduce((sum, before) => sum + before, 0);
      return at(0).integers?.slice(start, start + size);
    });
    return sizes.map((size, i) => ({
      shape: at(0).shape.with(axis, size),
      integers: pieces[i],
    }));
  },
  Slice: ({ at, integers, node }) => {
    const { shape } = at(0);
    const [starts, ends, axes] = [integers(1), integers(2), integers(3)];
    const strides = node.inputs.length > 4 ? integers(4) : axes.map(() => 1);
    return [
      {
        shape: axes.reduce<Shape>((result, axis, i) => {
          const [start, end] = sliceRange(starts[i]!, ends[i]!, shape[axisOf(axis, shape)]!);
          const size = Math.ceil(Math.max(0, end - start) / strides[i]!);
          return result.with(axisOf(axis, shape), size);
        }, shape),
      },
    ];
  },
  Pad: ({ at, integers }) => {
    const { shape } = at(0);
    const pads = integers(1);
    return [{ shape: shape.map((size, i) => size + pads[i]! + pads[i + shape.length]!) }];
  },
  Gather: ({ at, number }) => {
    const { shape } = at(0);
    const axis = axisOf(number("axis", 0), shape);
    return [{ shape: [...shape.slice(0, axis), ...at(1).shape, ...shape.slice(axis + 1)] }];
  },
  /** along a new last axis */
  OneHot: ({ at, integers }) => [{ shape: [...at(0).shape, ...integers(1)] }],
  ArgMax: ({ at, number }) => {
    const { shape } = at(0);
    const axis = axisOf(number("axis", 0), shape);
    const kept = number("keepdims", 1) === 1 ? [1] : [];
    return [{ shape: [...shape.slice(0, axis), ...kept, ...shape.slice(axis + 1)] }];
  },
  Conv: ({ at, list }) => {
    const [batch, , ...sides] = at(0).shape;
    const [out, , ...kernel] = at(1).shape;
    const [pads, strides] = [list("pads"), list("strides")];
    const result = sides.map(
      (side, i) =>
        Math.floor((side + pads[i]! + pads[i + sides.length]! - kernel[i]!) / strides[i]!) + 1,
    );
    return [{ shape: [batch!, out!, ...result] }];
  },
  ConvTranspose: ({ at, list }) => {
    const [batch, , ...sides] = at(0).shape;
    const [, out, ...kernel] = at(1).shape;
    const [pads, strides, extra] = [list("pads"), list("strides"), list("output_padding")];
    const result = sides.map(
      (side, i) =>
        (side - 1) * strides[i]! + kernel[i]! - pads[i]! - pads[i + sides.length]! + extra[i]!,
    );
    return [{ shape: [batch!, out!, ...result] }];
  },
  /** windows that lie side by side */
  AveragePool: ({ at, list }) => {
    const [batch, channels, ...sides] = at(0).shape;
    return [{ shape: [batch!, channels!, ...sides.map((side, i) => side / list("strides")[i]!)] }];
  },
  /** scales are constants of whole numbers: the autoencoder doubles */
  Resize: ({ at }) => {
    const [batch, channels, height, width] = at(0).shape;
    return [{ shape: [batch!, channels!, 2 * height!, 2 * width!] }];
  },
};

/** First and last index of a slice along an axis of `size`. */
export function sliceRange(start: number, end: number, size: number): [number, number] {
  const clamp = (index: number) => Math.max(0, Math.min(size, index < 0 ? index + size : index));
  return [clamp(start), clamp(end)];
}
