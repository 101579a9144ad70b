// ONNX as code.
export { encode, type WeightLocation, type WeightType } from "./encode.js";
export { Graph, type Dim, type GraphNode, type LowRankModule, type Value } from "./graph.js";
export {
  axisOf,
  countOf,
  inferShapes,
  ShapeError,
  sliceRange,
  type Known,
  type Shape,
} from "./shapes.js";
