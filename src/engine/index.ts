// The engine: a library that turns a prompt and known cells into pixels. It knows no MCP and no
// procedures.
import { Pipeline } from "./pipeline.js";
import type { EngineSettings, PaintOptions, PaintRequest, PaintResult } from "./request.js";

export { checkLora, type CheckedLora } from "./check-lora.js";
export { EngineError, type EngineErrorCode } from "./error.js";
export { parity, type ParityResult } from "./parity/index.js";
export { runtimeBuild, thisMachine } from "./runtime/index.js";

export interface Engine {
  /** Loads the model where it is not loaded yet; holds one model at a time. */
  paint(request: PaintRequest, options?: PaintOptions): Promise<PaintResult>;
  close(): Promise<void>;
}

export function createEngine(settings: EngineSettings = {}): Engine {
  let open: { folder: string; pipeline: Pipeline } | undefined;
  const close = async () => {
    await open?.pipeline.close();
    open = undefined;
  };
  return {
    async paint(request, options = {}) {
      if (open?.folder !== request.modelDir) {
        await close();
        const pipeline = await Pipeline.open(request.modelDir, settings);
        open = { folder: request.modelDir, pipeline };
      }
      return open.pipeline.paint(request, options);
    },
    close,
  };
}
