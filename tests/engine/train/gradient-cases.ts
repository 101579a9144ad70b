// A few small graphs for every op that has a rule of differentiation: with the attributes that our
// networks use, and with shapes that broadcast. Shapes are written "2x3 3".
import type { Graph, Value } from "#src/engine/graph/index.js";
import type { GradientCase } from "./gradient-check.js";

type Build = (g: Graph, ...inputs: Value[]) => Value | Value[];

const sizes = (shape: string): number[] => (shape === "scalar" ? [] : shape.split("x").map(Number));
const of = (what: string, shapes: string, build: Build): GradientCase => ({
  what,
  shapes: shapes.split(" ").map(sizes),
  build: (g, inputs) => build(g, ...inputs),
});
const positive = (one: GradientCase): GradientCase => ({ ...one, positive: true });

const one = (op: string): GradientCase[] => [of("a matrix", "3x4", (g, x) => g.op(op, [x]))];
const two = (op: string): GradientCase[] =>
  [
    ["equal shapes", "2x3 2x3"],
    ["a row for all rows", "2x3 3"],
    ["a vector for every page", "2x1x4 2x3x4"],
    ["both repeated", "3x1 2x1x4"],
    ["a scalar", "scalar 2x3"],
  ].map(([what, shapes]) => of(what!, shapes!, (g, x, y) => g.op(op, [x, y])));
const twice = (op: string): GradientCase =>
  of("one value twice", "2x3", (g, x) => g.op(op, [x, x]));

const reduce = (op: string): GradientCase[] => [
  of("the last axis", "2x3x4", (g, x) => g.op(op, [x, g.ints([-1])], { keepdims: 1 })),
  of("two axes", "2x3x4", (g, x) => g.op(op, [x, g.ints([0, 2])])),
  of("all axes by number", "2x3", (g, x) => g.op(op, [x, g.ints([0, 1])], { keepdims: 0 })),
  of("all axes", "2x3", (g, x) => g.op(op, [x], { keepdims: 0 })),
];

const gemm = (what: string, shapes: string, transB: 0 | 1): GradientCase =>
  of(what, shapes, (g, ...inputs) => g.op("Gemm", inputs, { transB }));

const fused = (shapes: string, turned: Record<string, number>): GradientCase =>
  of(`${shapes} ${Object.keys(turned)}`, shapes, (g, x, y) =>
    g.microsoft("FusedMatMul", [x, y], { ...turned, alpha: { float: 0.75 } }),
  );

const layerNorm = (what: string, shapes: string): GradientCase =>
  of(what, shapes, (g, ...inputs) =>
    g.op("LayerNormalization", inputs, { axis: -1, epsilon: { float: 1e-5 } }),
  );

const slice = (what: string, starts: number[], ends: number[], axes: number[]): GradientCase =>
  of(what, "2x4x3", (g, x) => g.op("Slice", [x, g.ints(starts), g.ints(ends), g.ints(axes)]));

const gather = (what: string, ids: number[], dims: number[]): GradientCase =>
  of(what, "4x3", (g, table) => g.op("Gather", [table, g.ints(ids, dims)]));

/** Heads of 4 numbers: 2 angles a token. */
const rotary = (what: string, shape: string, interleaved: 0 | 1): GradientCase =>
  of(what, shape, (g, x) => {
    const tokens = sizes(shape)[1]!;
    const angles = Float32Array.from({ length: tokens * 2 }, (_, i) => 0.4 * i);
    const [cos, sin] = [Math.cos, Math.sin].map((f) => g.floats(angles.map(f), [tokens, 2]));
    return g.microsoft("RotaryEmbedding", [x, g.ints([0]), cos!, sin!], {
      interleaved,
      num_heads: 2,
    });
  });

/** Shapes of the queries, of keys and values, and of the bias. */
const attention = (what: string, shapes: string, attributes = {}): GradientCase => {
  const [queries, keys, ...bias] = shapes.split(" ");
  return of(what, [queries, keys, keys, ...bias].join(" "), (g, q, k, v, added) =>
    g.microsoft("MultiHeadAttention", [q, k!, v!, ...(added ? [null, null, added] : [])], {
      num_heads: 2,
      ...attributes,
    }),
  );
};

const conv = (what: string, shapes: string, pads: number[], stride = 1): GradientCase =>
  of(what, shapes, (g, ...inputs) =>
    g.op("Conv", inputs, {
      kernel_shape: sizes(shapes.split(" ")[1]!).slice(2),
      pads,
      strides: [stride, stride],
    }),
  );

export const cases: Record<string, GradientCase[]> = {
  Identity: one("Identity"),
  Add: [...two("Add"), twice("Add")],
  Sub: two("Sub"),
  Mul: [...two("Mul"), twice("Mul")],
  Div: two("Div"),
  Neg: one("Neg"),
  Abs: one("Abs"),
  Exp: one("Exp"),
  Log: one("Log").map(positive),
  Sqrt: one("Sqrt").map(positive),
  Tanh: one("Tanh"),
  Sigmoid: one("Sigmoid"),
  Relu: one("Relu"),
  QuickGelu: [1, 1.702].map((alpha) =>
    of(`alpha ${alpha}`, "3x4", (g, x) =>
      g.microsoft("QuickGelu", [x], { alpha: { float: alpha } }),
    ),
  ),
  FastGelu: [of("a matrix", "3x4", (g, x) => g.microsoft("FastGelu", [x]))],
  Softmax: [of("the last axis", "2x2x4", (g, x) => g.op("Softmax", [x], { axis: -1 }))],
  LogSoftmax: [of("the last axis", "2x2x4", (g, x) => g.op("LogSoftmax", [x], { axis: -1 }))],
  ReduceSum: reduce("ReduceSum"),
  ReduceMean: reduce("ReduceMean"),
  Gemm: [
    gemm("x W", "3x4 4x2", 0),
    gemm("x Wᵀ", "3x4 2x4", 1),
    gemm("x Wᵀ + b", "3x4 2x4 2", 1),
    gemm("x Wᵀ + a row", "3x4 2x4 1x2", 1),
    gemm("x Wᵀ + a column", "3x4 2x4 3x1", 1),
    gemm("x Wᵀ + a number", "3x4 2x4 scalar", 1),
    gemm("x Wᵀ + y", "3x4 2x4 3x2", 1),
    gemm("x W + b", "3x4 4x2 2", 0),
    gemm("x Wᵀ + b of a single row", "1x4 2x4 2", 1),
    of("one value on both sides", "3x3", (g, x) => g.op("Gemm", [x, x], { transB: 1 })),
  ],
  MatMul: [
    of("matrices", "3x4 4x2", (g, x, y) => g.op("MatMul", [x, y])),
    of("a batch", "2x2x3x4 2x2x4x2", (g, x, y) => g.op("MatMul", [x, y])),
    of("one matrix for the batch", "2x3x4 4x2", (g, x, y) => g.op("MatMul", [x, y])),
    of("a batch for one matrix", "3x4 2x4x2", (g, x, y) => g.op("MatMul", [x, y])),
    of("axes repeated", "1x2x3x4 2x1x4x2", (g, x, y) => g.op("MatMul", [x, y])),
  ],
  FusedMatMul: [
    fused("2x3x4 2x4x2", {}),
    fused("2x3x4 2x2x4", { transB: 1 }),
    fused("2x4x3 2x4x2", { transA: 1 }),
    fused("2x4x3 2x2x4", { transA: 1, transB: 1 }),
    fused("2x4x3 4x2", { transA: 1 }),
    fused("2x3x4 2x4", { transB: 1 }),
    fused("4x3 2x2x4", { transA: 1, transB: 1 }),
  ],
  LayerNormalization: [
    layerNorm("gain and bias [C]", "2x3x5 5 5"),
    layerNorm("gain and bias [B, 1, C]", "2x3x5 2x1x5 2x1x5"),
    layerNorm("rows", "4x5 5 5"),
    layerNorm("without bias", "4x5 5"),
  ],
  SimplifiedLayerNormalization: ["4x5 5", "2x3x5 5"].map((shapes) =>
    of(shapes, shapes, (g, ...inputs) =>
      g.op("SimplifiedLayerNormalization", inputs, {
        axis: -1,
        epsilon: { float: 1e-6 },
        stash_type: 1,
      }),
    ),
  ),
  InstanceNormalization: [
    of("groups", "2x3x6", (g, x) =>
      g.op("InstanceNormalization", [x!, g.floats([1, 1, 1]), g.floats([0, 0, 0])], {
        epsilon: { float: 1e-6 },
      }),
    ),
  ],
  Reshape: [[-1, 4], [0, -1], [3, 2, 4], [24]].map((shape) =>
    of(`to [${shape}]`, "2x3x4", (g, x) => g.op("Reshape", [x, g.ints(shape)])),
  ),
  Unsqueeze: [[0], [1], [0, 2]].map((axes) =>
    of(`axes ${axes}`, "2x3", (g, x) => g.op("Unsqueeze", [x, g.ints(axes)])),
  ),
  Transpose: ["021", "120", "201", "210"].map((order) =>
    of(order, "2x3x4", (g, x) => g.op("Transpose", [x], { perm: Array.from(order, Number) })),
  ),
  Concat: [
    of("columns", "2x3 2x1", (g, x, y) => g.op("Concat", [x, y], { axis: -1 })),
    of("tokens", "2x1x3 2x2x3", (g, x, y) => g.op("Concat", [x, y], { axis: 1 })),
    of("one value twice, another between", "2x2 1x2", (g, x, y) =>
      g.op("Concat", [x, y, x], { axis: 0 }),
    ),
  ],
  Split: [
    of("every part used", "2x6", (g, x) => g.split(x, 1, [1, 2, 3])),
    of("the first part unused", "2x6", (g, x) => g.split(x, 1, [1, 2, 3]).slice(1)),
    of("the middle part alone used", "2x6", (g, x) => g.split(x, -1, [1, 2, 3])[1]!),
    of("the first axis", "3x2", (g, x) => g.split(x, 0, [2, 1]).slice(0, 1)),
  ],
  Slice: [
    slice("the rest", [1], [Number.MAX_SAFE_INTEGER], [1]),
    slice("the beginning", [0], [3], [1]),
    slice("counted from the end", [-3], [-1], [-2]),
    slice("two axes", [1, 0], [3, 2], [1, 2]),
  ],
  Gather: [
    gather("rows, one of them twice, one never", [2, 0, 2, 1], [4]),
    gather("a table of rows", [3, 3, 3, 0, 1, 3], [2, 3]),
    gather("one row", [1], []),
    gather("counted from the end", [-1, 3], [2]),
  ],
  Resize: [
    of("doubled by nearest neighbour", "2x3x2x3", (g, x) =>
      g.op("Resize", [x!, null, g.floats([1, 1, 2, 2])], {
        mode: "nearest",
        coordinate_transformation_mode: "asymmetric",
        nearest_mode: "floor",
      }),
    ),
  ],
  RotaryEmbedding: [
    rotary("interleaved, a batch", "2x3x8", 1),
    rotary("interleaved", "1x3x8", 1),
    rotary("halves", "2x3x8", 0),
  ],
  MultiHeadAttention: [
    attention("plain", "1x3x4 1x3x4"),
    attention("a batch", "2x3x4 2x3x4"),
    attention("more keys than queries", "2x2x4 2x3x4"),
    attention("one bias for the batch, no scale", "2x3x4 2x3x4 1x2x3x3", {
      scale: { float: 1 },
    }),
    attention("a bias each", "2x3x4 2x3x4 2x2x3x3"),
    attention("one bias for the heads", "2x3x4 2x3x4 2x1x3x3"),
    attention("causal", "2x4x4 2x4x4", { unidirectional: 1 }),
    of("of a value with itself", "2x3x4", (g, x) =>
      g.microsoft("MultiHeadAttention", [x, x, x], { num_heads: 2 }),
    ),
  ],
  Conv: [
    conv("1 x 1", "2x2x3x4 3x2x1x1 3", [0, 0, 0, 0]),
    conv("3 x 3, padded", "2x2x4x3 3x2x3x3 3", [1, 1, 1, 1]),
    conv("3 x 3, a single pixel", "1x2x1x1 3x2x3x3 3", [1, 1, 1, 1]),
    conv("3 x 3, halved", "2x2x4x6 3x2x3x3 3", [0, 0, 1, 1], 2),
    conv("3 x 3, halved, an odd size", "1x2x5x4 3x2x3x3 3", [0, 0, 1, 1], 2),
    conv("without bias", "1x2x3x3 2x2x3x3", [1, 1, 1, 1]),
  ],
};
