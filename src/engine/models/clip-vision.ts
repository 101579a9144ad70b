// CLIP's vision tower, which sees a picture where the text encoder reads a prompt; both end in one space.
// Names are those of Hugging Face. B batch, C hidden size, N patches, P projection size.
import { Graph, type Value } from "../graph/index.js";
import { attention } from "../layers/attention.js";
import { layerNorm } from "../layers/norm.js";
import { clipLayer, type ClipLayerSize } from "./clip-layer.js";
import { clipTextEncoder } from "./clip.js";
import type { ClipConfig } from "./config.js";

export interface ClipVisionSize extends ClipLayerSize {
  numLayers: number;
  imageSize: number;
  patchSize: number;
}

/** Input: image [B, 3, size, size], normalised. Output: embedding [B, P]. */
export function clipVision(size: ClipVisionSize, projection: number, batch = 1): Graph {
  const g = new Graph();
  const { hiddenSize: hidden, imageSize, patchSize, numLayers } = size;
  const image = g.input("image", "F32", [batch, 3, imageSize, imageSize]);
  const tokens = (imageSize / patchSize) ** 2 + 1;
  const first = g.scope("vision_model", () => {
    let x = g.scope("embeddings", () => embeddings(g, image, size, tokens, batch)); // [B·(N+1), C]
    x = g.scope("pre_layrnorm", () => layerNorm(g, x, hidden)); // the checkpoint's spelling
    for (let i = 0; i < numLayers; i++)
      x = g.scope(`encoder.layers.${i}`, () => clipLayer(g, x, size, batch, attention));
    const starts = g.ints(Array.from({ length: batch }, (_, i) => i * tokens));
    const state = g.op("Gather", [x, starts]); // [B, C]
    return g.scope("post_layernorm", () => layerNorm(g, state, hidden));
  });
  g.output("embedding", project(g, "visual_projection.weight", first, hidden, projection));
  return g;
}

/** Input: input_ids [B, 77]. Outputs: pooled [B, C], embedding [B, P]. */
export function clipText(config: ClipConfig, projection: number, batch = 1): Graph {
  const g = clipTextEncoder(config, batch);
  const pooled = { name: "pooled" };
  g.output(
    "embedding",
    project(g, "text_projection.weight", pooled, config.hiddenSize, projection),
  );
  return g;
}

/** The class token, and every patch as a token, each with its position. */
function embeddings(
  g: Graph,
  image: Value,
  { hiddenSize: hidden, patchSize }: ClipVisionSize,
  tokens: number,
  batch: number,
): Value {
  const kernel = g.weight("patch_embedding.weight", [hidden, 3, patchSize, patchSize]);
  const map = g.op("Conv", [image, kernel], {
    kernel_shape: [patchSize, patchSize],
    strides: [patchSize, patchSize],
  }); // [B, C, rows, columns]
  const columns = g.op("Reshape", [map, g.ints([batch, hidden, -1])]); // [B, C, N]
  const patches = g.op("Transpose", [columns], { perm: [0, 2, 1] }); // [B, N, C]
  const token = g.weight("class_embedding", [hidden]);
  const classes = g.op("Expand", [token, g.ints([batch, 1, hidden])]);
  const x = g.op("Concat", [classes, patches], { axis: 1 }); // [B, N+1, C]
  const placed = g.op("Add", [x, g.weight("position_embedding.weight", [tokens, hidden])]);
  return g.op("Reshape", [placed, g.ints([-1, hidden])]); // [B·(N+1), C]
}

const project = (g: Graph, key: string, x: Value, hidden: number, projection: number): Value =>
  g.op("Gemm", [x, g.weight(key, [projection, hidden])], { transB: 1 });
