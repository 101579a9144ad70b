// Training inside the engine: gradients over our own graphs, and what makes a step of them.
export { Average, type AverageOptions } from "./average.js";
export { autoencoderLatents, autoencoderTraining } from "./autoencoder-loss.js";
export type { AutoencoderSize } from "../models/autoencoder.js";
export { clipGradients } from "./clip-gradients.js";
export { addFlowMatchingLoss } from "./flow-matching.js";
export {
  addLossGradients,
  addOutputGradients,
  freeWeights,
  gradientName,
} from "./gradient-graph.js";
export { trainingDevice } from "./device.js";
export type { Device } from "../runtime/device.js";
export { openGradients, type GradientResult, type GradientSession } from "./gradient-session.js";
export { initialize } from "./initialize.js";
export { createOrthogonalizer } from "./orthogonalize.js";
export { cutIntoSegments, openSegments, type Segment } from "./segments.js";
export { learningRate, type LearningRateOptions } from "./learning-rate.js";
export * from "./optimizers/index.js";
export type { Graph, Shape } from "../graph/index.js";
export type { SavedState } from "./state.js";
export { LatentMapFit } from "../fit-latent-map.js";
export type { LatentMap } from "../latent-map.js";
// What training reads and writes.
export {
  autoencoderConfig,
  clipConfig,
  fluxConfig,
  readModelConfig,
  t5Config,
  type AutoencoderConfig,
  type ClipConfig,
  type FluxConfig,
  type ModelConfig,
  type T5Config,
} from "../models/config.js";
export { encoder } from "../models/autoencoder.js";
export { clipTextEncoder } from "../models/clip.js";
export { fluxTransformer } from "../models/flux.js";
export { t5Buckets, t5Encoder } from "../models/t5.js";
export { ropeTable } from "../layers/rope.js";
export { downName, upName } from "../layers/low-rank.js";
export type { LowRankModule } from "../graph/index.js";
export { toPlanes, toRaster } from "../pixels.js";
export { Networks } from "../networks.js";
export { openGraph, openSession, type Feed, type Session } from "../runtime/session.js";
export { imageIds, pack, unpack, type LatentSize } from "../sampling/tokens.js";
export { openTokenizer, type TextTokenizer } from "../text/tokenizer.js";
export { toFloats, toHalves } from "../weights/floats.js";
export { openLora, stackLoras, type LowRankPair } from "../weights/lora/index.js";
export { randn } from "../sampling/noise.js";
export { openSafetensors, readFloats } from "../weights/safetensors.js";
export { fingerprint } from "../weights/fingerprint.js";
export { writeSafetensors, type TensorToWrite } from "../weights/write.js";
