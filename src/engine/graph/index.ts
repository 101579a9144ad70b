// ONNX as code.
export { between, type Ends } from "./between.js";
export {
  BLOCK_SIZE,
  gemmWeights,
  type BlockBinding,
  type WeightBinding,
  type WeightLocation,
  type WeightPart,
  type WeightType,
} from "./binding.js";
export { encode } from "./encode.js";
export {
  Graph,
  type BakedBranch,
  type Dim,
  type GraphNode,
  type GraphOptions,
  type LoraReach,
  type LowRankModule,
  type Need,
  type Value,
} from "./graph.js";
export { lowered, roundings } from "./precision.js";
export {
  axisOf,
  countOf,
  inferShapes,
  ShapeError,
  sliceRange,
  type Known,
  type Shape,
} from "./shapes.js";
export type { FloatType, HalfType } from "./types.js";
