// Convolution. Its input's gradient is a convolution again, with the kernel turned round, where nothing
// is skipped; else the transposed one, which is slower. Its kernel's is one matrix product a kernel
// position, of the output's gradient with the input moved by that position (three times as fast on the
// CPU as a convolution with the gradient as kernel).
import type { Shape, Value, Graph } from "../../graph/index.js";
import { reshape, type Rule, type RuleContext } from "./rule.js";

export const convolution: Record<string, Rule> = {
  Conv: (c) => [
    () => inputGradient(c),
    () => kernelGradient(c),
    () => reshape(c.g, c.g.op("ReduceSum", [c.dy, c.g.ints([0, 2, 3])]), c.shapeOf(c.x[2]!)),
  ],
};

function inputGradient({ g, x, dy, node, shapeOf }: RuleContext): Value {
  const { kernel_shape, pads, strides } = node.attributes as Record<string, readonly number[]>;
  const [height, width] = shapeOf(x[1]!).slice(2) as [number, number];
  const [top, left, bottom, right] = pads as [number, number, number, number];
  const attributes = { kernel_shape: kernel_shape!, strides: strides! };
  if (strides!.some((stride) => stride !== 1)) {
    const [, , ...size] = shapeOf(x[0]!);
    const unseen = size.map(
      (side, i) => (side + pads![i]! + pads![i + 2]! - kernel_shape![i]!) % strides![i]!,
    ); // rows and columns that a last stride would have needed
    return g.op("ConvTranspose", [dy, x[1]!], {
      ...attributes,
      pads: pads!,
      output_padding: unseen,
    });
  }
  const turned = [height, width].reduce((kernel, size, i) => {
    const backwards = g.ints(Array.from({ length: size }, (_, j) => size - 1 - j));
    return size === 1 ? kernel : g.op("Gather", [kernel, backwards], { axis: 2 + i });
  }, x[1]!);
  const kernel = g.op("Transpose", [turned], { perm: [1, 0, 2, 3] }); // [in, out, height, width]
  const rest = [height - 1 - top, width - 1 - left, height - 1 - bottom, width - 1 - right];
  return g.op("Conv", [dy, kernel], { ...attributes, pads: rest });
}

function kernelGradient({ g, x, y, dy, node, shapeOf }: RuleContext): Value {
  const [batch, channels, ...size] = shapeOf(x[0]!) as [number, number, number, number];
  const [out, , height, width] = shapeOf(x[1]!) as [number, number, number, number];
  const [, , ...outSize] = shapeOf(y[0]!) as [number, number, number, number];
  const [top, left, bottom, right] = node.attributes.pads as [number, number, number, number];
  const strides = node.attributes.strides as [number, number];
  const pads = [0, 0, top, left, 0, 0, bottom, right];
  const padded = pads.some((pad) => pad > 0) ? g.op("Pad", [x[0]!, g.ints(pads)]) : x[0]!;
  const paddedSize = [size[0]! + top + bottom, size[1]! + left + right];
  const pixels = outSize[0]! * outSize[1]!;
  const flatDy = reshape(g, dy, [batch, out, pixels]);
  const positions: Value[] = [];
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const seen = window(g, padded, [row, column], outSize, strides, paddedSize);
      const products = g.microsoft(
        "FusedMatMul",
        [flatDy, reshape(g, seen, [batch, channels, pixels])],
        { transB: 1 },
      ); // [B, out, in]
      positions.push(g.op("ReduceSum", [products, g.ints([0])], { keepdims: 1 }));
    }
  const joined = g.op("Concat", positions, { axis: 0 }); // [kernel, out, in]
  return reshape(g, g.op("Transpose", [joined], { perm: [1, 2, 0] }), [
    out,
    channels,
    height,
    width,
  ]);
}

/** What one kernel position sees: every `stride`-th pixel from `start` on. */
function window(
  g: Graph,
  padded: Value,
  start: Shape,
  size: Shape,
  strides: Shape,
  paddedSize: Shape,
): Value {
  const ends = start.map((from, i) =>
    Math.min(paddedSize[i]!, from + (size[i]! - 1) * strides[i]! + 1),
  );
  return g.op("Slice", [padded, g.ints(start), g.ints(ends), g.ints([2, 3]), g.ints(strides)]);
}
