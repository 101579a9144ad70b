// What crosses the border between the server and its two children: plain serialisable records, so
// that a queue with workers on other machines could one day stand where the children stand.
export type {
  EngineSettings,
  PaintOptions,
  PaintProgress,
  PaintRequest,
  PaintResult,
} from "../engine/request.js";
export type { Frame, PictureOperations, PictureSource } from "../pictures/request.js";
