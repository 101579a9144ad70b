// Training inside the engine: gradients over our own graphs, and what makes a step of them.
export { Average, type AverageOptions } from "./average.js";
export { autoencoderLatents, autoencoderTraining } from "./autoencoder-loss.js";
export type { AutoencoderSize } from "../models/autoencoder.js";
export { clipGradients } from "./clip-gradients.js";
export { addFlowMatchingLoss } from "./flow-matching.js";
export { addLossGradients, addOutputGradients, freeWeights, gradientName } from "./gradient-graph.js";
export { openGradients, type GradientResult, type GradientSession } from "./gradient-session.js";
export { initialize } from "./initialize.js";
export { createOrthogonalizer } from "./orthogonalize.js";
export { learningRate, type LearningRateOptions } from "./learning-rate.js";
export * from "./optimizers/index.js";
export type { Shape } from "../graph/index.js";
export type { SavedState } from "./state.js";
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
export { toPlanes, toRaster } from "../pixels.js";
export { randn } from "../sampling/noise.js";
export { openSafetensors, readFloats } from "../weights/safetensors.js";
export { writeSafetensors, type TensorToWrite } from "../weights/write.js";
