// A small convolutional network that looks at one frame of 64 px. Each frame is normalised as a whole
// (one group), since what a channel weighs against the others is what tells colours apart.
import {
  Graph,
  type Dim,
  type Shape,
  type Value,
  silu,
  conv3x3,
  downsample,
  linear,
  groupNorm,
} from "../../engine/network.js";
import { addLossGradients, freeWeights } from "../../engine/train/index.js";
import { heads, labels, type Head } from "./labels.js";

export const FRAME_PX = 64;
const HALF_PX = FRAME_PX / 2;
/** channels at 32, 16 and 8 px; a block at each of the latter two */
const CHANNELS = [32, 64, 128] as const;
export const FEATURES = CHANNELS[2];
/** what the last feature map has on a side */
export const PATCHES = 4;

interface Looked {
  /** [B, FEATURES, PATCHES, PATCHES] */
  patches: Value;
  /** [B, FEATURES], their mean */
  features: Value;
  /** [B, names] each */
  logits: Record<Head, Value>;
}

/** Input: image [B, 3, 64, 64] in −1…1. Outputs: patches, features, and each head's logits by its name. */
export function classifier(): Graph {
  const g = new Graph();
  const { patches, features, logits } = look(g, imageInput(g, "frames"));
  g.output("patches", patches);
  g.output("features", features);
  for (const head of heads) g.output(head, logits[head]);
  return g;
}

/**
 * Inputs: image, every weight, and for each head `target.<head>` [B, names], whose row says how much each
 * name counts; a row of zeros leaves the frame out. Outputs: loss, the sum of the heads' cross-entropies
 * a frame; gradients.
 */
export function classifierTraining(batch: number): { graph: Graph; weights: Map<string, Shape> } {
  const g = new Graph();
  const { logits } = look(g, imageInput(g, batch));
  const parts = heads.map((head) => {
    const target = g.input(`target.${head}`, "F32", [batch, labels[head].length]);
    const weighed = g.op("Mul", [g.op("LogSoftmax", [logits[head]], { axis: -1 }), target]);
    return g.op("ReduceSum", [weighed, g.ints([0, 1])], { keepdims: 0 });
  });
  const sum = parts.reduce((total, part) => g.op("Add", [total, part]));
  const loss = g.op("Mul", [sum, g.floats([-1 / batch], [])]);
  g.output("loss", loss);
  const weights = new Map(g.weights);
  freeWeights(g, weights.keys());
  addLossGradients(g, loss, { wrt: [...weights.keys()] });
  return { graph: g, weights };
}

const imageInput = (g: Graph, batch: Dim): Value =>
  g.input("image", "F32", [batch, 3, FRAME_PX, FRAME_PX]);

function look(g: Graph, image: Value): Looked {
  const [low, middle, high] = CHANNELS;
  const packed = everyFourth(g, image);
  let x = g.scope("stem.conv", () => conv3x3(g, packed, { in: 12, out: low })); // [B, 32, 32, 32]
  x = g.scope("stem", () => downsample(g, x, low)); // [B, 32, 16, 16]
  x = g.scope("middle", () => level(g, x, low, middle)); // [B, 64, 8, 8]
  x = g.scope("high", () => level(g, x, middle, high)); // [B, 128, 4, 4]
  const patches = g.scope("out", () => active(g, x, high));
  const mean = g.op("ReduceMean", [patches, g.ints([2, 3])], { keepdims: 1 });
  const features = g.op("Reshape", [mean, g.ints([-1, high])]); // [B, 128]
  const logits = Object.fromEntries(
    heads.map((head) => [
      head,
      g.scope(head, () => linear(g, features, { in: high, out: labels[head].length })),
    ]),
  ) as Record<Head, Value>;
  return { patches, features, logits };
}

/** Squares of 2 x 2 px become channels: [B, 3, 64, 64] → [B, 12, 32, 32]. */
function everyFourth(g: Graph, image: Value): Value {
  const cut = g.op("Reshape", [image, g.ints([0, 3, HALF_PX, 2, HALF_PX, 2])]);
  const turned = g.op("Transpose", [cut], { perm: [0, 1, 3, 5, 2, 4] });
  return g.op("Reshape", [turned, g.ints([0, 12, HALF_PX, HALF_PX])]);
}

/** More channels, a residual block, half the size. */
function level(g: Graph, x: Value, channels: number, wider: number): Value {
  const wide = g.scope("widen", () => activeConv(g, x, channels, wider));
  const half = g.scope("block1", () => activeConv(g, wide, wider, wider));
  const change = g.scope("block2", () => activeConv(g, half, wider, wider));
  return downsample(g, g.op("Add", [wide, change]), wider);
}

const activeConv = (g: Graph, x: Value, channels: number, out: number): Value => {
  const input = active(g, x, channels);
  return g.scope("conv", () => conv3x3(g, input, { in: channels, out }));
};

const active = (g: Graph, x: Value, channels: number): Value =>
  silu(
    g,
    g.scope("norm", () => groupNorm(g, x, channels, 1)),
  );
