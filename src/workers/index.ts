// The two children and what is said to them. Nothing here loads a native module.
export {
  createEngineHost,
  type EngineHost,
  type EngineOptions,
  type EnginePaintOptions,
  type EngineState,
} from "./engine.js";
export { WorkerError } from "./error.js";
export { createPictureHost, type PictureHost } from "./pictures.js";
export type {
  EngineSettings,
  Frame,
  PaintOptions,
  PaintProgress,
  PaintRequest,
  PaintResult,
  PictureOperations,
  PictureSource,
} from "./records.js";
export { weightsBytes } from "./weights-size.js";
