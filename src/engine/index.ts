// The engine: a library that turns a prompt and known cells into pixels. It knows no MCP and no
// procedures.
import { Pipeline } from "./pipeline.js";
import type { PaintOptions, PaintRequest, PaintResult } from "./request.js";

export { EngineError, type EngineErrorCode } from "./error.js";
export { parity, type ParityResult } from "./parity/index.js";

export interface Engine {
  /** Loads the model where it is not loaded yet; holds one model at a time. */
  paint(request: PaintRequest, options?: PaintOptions): Promise<PaintResult>;
  close(): Promise<void>;
}

/** @param threads - of one operator; undefined: every core */
export function createEngine({ threads }: { threads?: number } = {}): Engine {
  let open: { folder: string; pipeline: Pipeline } | undefined;
  const close = async () => {
    await open?.pipeline.close();
    open = undefined;
  };
  return {
    async paint(request, options = {}) {
      if (open?.folder !== request.modelDir) {
        await close();
        const pipeline = await Pipeline.open(request.modelDir, threads);
        open = { folder: request.modelDir, pipeline };
      }
      return open.pipeline.paint(request, options);
    },
    close,
  };
}
