// What a network of our kind is written with, for rooms that need a small one of their own.
export { Graph, type Dim, type Shape, type Value } from "./graph/index.js";
export { silu } from "./layers/activation.js";
export { conv3x3, downsample } from "./layers/conv.js";
export { linear } from "./layers/linear.js";
export { groupNorm } from "./layers/norm.js";
export { clipText, clipVision, type ClipVisionSize } from "./models/clip-vision.js";
