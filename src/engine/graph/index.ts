// ONNX as code.
export { encode, type WeightLocation, type WeightType } from "./encode.js";
export { Graph, type Dim, type LowRankModule, type Value } from "./graph.js";
