// Pages and frames: where each step stands on a page, and where a page is cut.
export { compose } from "./compose.js";
export { crop } from "./crop.js";
export { detectLayout, type DetectedLayout } from "./detect.js";
export { GridError, type GridErrorCode } from "./error.js";
export {
  cellAt,
  cellCount,
  cellOf,
  cellRect,
  frameAt,
  indexOf,
  layoutFor,
  raster2x2,
  raster3x3,
  sheetFor,
  snake2x2,
  snake3x3,
  type Cell,
  type Layout,
  type Order,
} from "./layout.js";
export { split } from "./split.js";
