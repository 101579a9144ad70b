// What the autoencoder learns from: to give a picture back, its edges too, through latents that stay
// near a normal distribution.
import { Graph, type Shape, type Value } from "../graph/index.js";
import { decodePicture, encodePicture, type AutoencoderSize } from "../models/autoencoder.js";
import { addLossGradients, freeWeights } from "./gradient-graph.js";

const EDGES = 0.5;
const SQUARES = 5;
const NORMALITY = 1e-4;

/**
 * Inputs: image [B, 3, height, width] in −1…1, noise [B, 16, height/8, width/8], every weight.
 * Outputs: loss = L1 + ½ L1 of the differences between neighbours, both of the lightness, + 5 L2 of the
 * opponent colours + 1e-4 KL; reconstruction, like
 * image; the gradient of every weight.
 */
export function autoencoderTraining(
  size: AutoencoderSize,
  { batch, height, width }: { batch: number; height: number; width: number },
): { graph: Graph; weights: Map<string, Shape> } {
  const g = new Graph();
  const image = g.input("image", "F32", [batch, 3, height, width]);
  const noise = g.input("noise", "F32", [batch, size.zChannels, height / 8, width / 8]);
  const { mean, logVariance } = encodePicture(g, image, size);
  const deviation = g.op("Exp", [times(g, logVariance, 0.5)]);
  const z = g.op("Add", [mean, g.op("Mul", [deviation, noise])]);
  const reconstruction = decodePicture(g, z, size);
  const difference = opponent(g, g.op("Sub", [reconstruction, image]));
  const lightness = g.op("Slice", [difference, g.ints([0]), g.ints([1]), g.ints([1])]);
  const squares = average(g, g.op("Mul", [difference, difference]));
  const loss = [
    average(g, g.op("Abs", [lightness])),
    times(g, edges(g, lightness, 2, height), EDGES),
    times(g, edges(g, lightness, 3, width), EDGES),
    times(g, squares, SQUARES),
    times(g, divergence(g, mean, logVariance), NORMALITY),
  ].reduce((sum, part) => g.op("Add", [sum, part]));
  g.output("reconstruction", reconstruction);
  g.output("loss", loss);
  const weights = new Map(g.weights);
  freeWeights(g, weights.keys());
  addLossGradients(g, loss, { wrt: [...weights.keys()] });
  return { graph: g, weights };
}

/** Input: image, every weight. Output: mean, the latents before shift and scale. */
export function autoencoderLatents(
  size: AutoencoderSize,
  { batch, height, width }: { batch: number; height: number; width: number },
): Graph {
  const g = new Graph();
  const image = g.input("image", "F32", [batch, 3, height, width]);
  g.output("mean", encodePicture(g, image, size).mean);
  freeWeights(g, [...g.weights.keys()]);
  return g;
}

/**
 * Lightness, red against blue, green against both. An error of hue is far smaller than one of lightness, and
 * found only when there is nothing else left to find: a network without the two factors paints red things
 * orange and purple ones blue for thousands of steps. Its size would be no help, since most pixels have
 * hardly a hue and every first attempt at one makes them worse; its square is.
 */
function opponent(g: Graph, x: Value): Value {
  const axes = [
    { axis: [1, 1, 1], factor: 1 },
    { axis: [1, 0, -1], factor: 2 },
    { axis: [-1, 2, -1], factor: 4 },
  ].flatMap(({ axis, factor }) => axis.map((part) => (factor * part) / Math.hypot(...axis)));
  const attributes = { kernel_shape: [1, 1], pads: [0, 0, 0, 0], strides: [1, 1] };
  return g.op("Conv", [x, g.floats(axes, [3, 3, 1, 1])], attributes);
}

/** Mean size of the step from each pixel to the next along an axis. */
function edges(g: Graph, x: Value, axis: number, size: number): Value {
  const [near, far] = [1, 0].map((skip) =>
    g.op("Slice", [x, g.ints([1 - skip]), g.ints([size - skip]), g.ints([axis])]),
  ) as [Value, Value];
  return average(g, g.op("Abs", [g.op("Sub", [far, near])]));
}

/** Kullback–Leibler divergence from the standard normal distribution, a latent. */
function divergence(g: Graph, mean: Value, logVariance: Value): Value {
  const size = g.op("Add", [g.op("Mul", [mean, mean]), g.op("Exp", [logVariance])]);
  const excess = g.op("Sub", [g.op("Sub", [size, logVariance]), g.floats([1], [])]);
  return times(g, average(g, excess), 0.5);
}

const average = (g: Graph, x: Value): Value => g.op("ReduceMean", [x], { keepdims: 0 });
const times = (g: Graph, x: Value, factor: number): Value =>
  g.op("Mul", [x, g.floats([factor], [])]);
