// The engine: a library that turns a prompt and known cells into pixels. It knows no MCP and no
// procedures.
import { Pipeline } from "./pipeline.js";
import type { EngineSettings, PaintOptions, PaintRequest, PaintResult } from "./request.js";

export { checkLora, type CheckedLora } from "./check-lora.js";
export { checkWeights, type CheckedWeights } from "./check-weights.js";
export { convertModel, type ConvertedModel } from "./convert-model.js";
export { EngineError, type EngineErrorCode } from "./error.js";
export { readModelConfig, type ModelConfig } from "./models/config.js";
export { parity, type ParityResult } from "./parity/index.js";
export { runtimeBuild, thisMachine } from "./runtime/index.js";
export { sketchLora, type LoraSketch } from "./sketch-lora.js";
export {
  chooseVariant,
  formOf,
  isForProcessor,
  memoryNeeds,
  proveProviders,
  variants,
  type Choice,
  type Proof,
  type Wish,
} from "./variants/index.js";
export { openWeights, type WeightSource } from "./weights/source.js";
export type { CheckpointKind } from "./weights/layouts/checkpoint.js";

export interface Engine {
  /** Loads the model where it is not loaded yet; holds one model at a time. */
  paint(request: PaintRequest, options?: PaintOptions): Promise<PaintResult>;
  close(): Promise<void>;
}

/** @param onWarning - told of what stops nothing, and should be known: tensors left out, stray files */
export function createEngine(
  settings: EngineSettings = {},
  onWarning: (message: string) => void = () => {},
): Engine {
  let open: { folder: string; pipeline: Pipeline } | undefined;
  const close = async () => {
    await open?.pipeline.close();
    open = undefined;
  };
  return {
    async paint(request, options = {}) {
      if (open?.folder !== request.modelDir) {
        await close();
        const warn = ({ message }: { message: string }) => onWarning(message);
        const pipeline = await Pipeline.open(request.modelDir, settings, warn);
        open = { folder: request.modelDir, pipeline };
      }
      const { cacheThreshold } = settings;
      return open.pipeline.paint({ cacheThreshold, ...request }, options);
    },
    close,
  };
}
