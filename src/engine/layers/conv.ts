// Convolutions of the autoencoder, on [B, C, height, width].
import type { Graph, Value } from "../graph/index.js";

export interface ConvSize {
  in: number;
  out: number;
}

function conv(
  g: Graph,
  x: Value,
  size: ConvSize,
  kernel: number,
  pads: number[],
  stride = 1,
): Value {
  const weight = g.weight("weight", [size.out, size.in, kernel, kernel]);
  return g.op("Conv", [x, weight, g.weight("bias", [size.out])], {
    kernel_shape: [kernel, kernel],
    pads,
    strides: [stride, stride],
  });
}

export const conv1x1 = (g: Graph, x: Value, size: ConvSize): Value =>
  conv(g, x, size, 1, [0, 0, 0, 0]);

export const conv3x3 = (g: Graph, x: Value, size: ConvSize): Value =>
  conv(g, x, size, 3, [1, 1, 1, 1]);

/** Halves the size; padded at the right and at the bottom alone, as the original does. */
export const downsample = (g: Graph, x: Value, channels: number): Value =>
  g.scope("downsample", () =>
    g.scope("conv", () => conv(g, x, { in: channels, out: channels }, 3, [0, 0, 1, 1], 2)),
  );

/** Doubles the size by nearest neighbour, then smooths. */
export function upsample(g: Graph, x: Value, channels: number): Value {
  const large = g.op("Resize", [x, null, g.floats([1, 1, 2, 2])], {
    mode: "nearest",
    coordinate_transformation_mode: "asymmetric",
    nearest_mode: "floor",
  });
  return g.scope("upsample", () =>
    g.scope("conv", () => conv3x3(g, large, { in: channels, out: channels })),
  );
}
