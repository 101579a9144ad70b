// Small LoRA files, and a network of a few layers for them.
import { join } from "node:path";
import type { LowRankModule } from "#src/engine/graph/index.js";
import { openLora, type LoraFile, type LowRankPair } from "#src/engine/weights/lora/index.js";
import {
  encodeSafetensors,
  floatTensor,
  withHeader,
  type TensorToWrite,
} from "../../../support/safetensors.js";
import { temporaryFolder } from "../../../support/temporary.js";
import { writeFileSync } from "node:fs";

const folder = temporaryFolder();

const moduleOf = (layer: string, inFeatures: number, outFeatures: number): LowRankModule => ({
  name: `lora_unet_${layer.replaceAll(".", "_")}`,
  layer,
  inFeatures,
  outFeatures,
});

export const img = moduleOf("img_in", 3, 2);
export const proj = moduleOf("double_blocks.0.img_attn.proj", 2, 2);
export const qkv = moduleOf("double_blocks.0.img_attn.qkv", 2, 6);
export const linear1 = moduleOf("single_blocks.0.linear1", 2, 14);
export const last = moduleOf("final_layer.adaLN_modulation.1", 2, 4);
export const modules = [img, proj, qkv, linear1, last];
export const norm = "double_blocks.0.img_attn.norm.query_norm.scale";
export const norms = new Map([[norm, [4]]]);

/** Numbers that differ from seed to seed. */
export const numbers = (shape: number[], seed: number): TensorToWrite =>
  floatTensor(
    shape,
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(seed + i)),
  );
export const scalar = (value: number): TensorToWrite => floatTensor([], Float32Array.of(value));
export const floats = ({ data }: TensorToWrite): Float32Array =>
  new Float32Array(data.buffer, data.byteOffset, data.byteLength / 4);

let count = 0;

/** @param metadata - texts of the header */
export function writeLora(
  tensors: Record<string, TensorToWrite>,
  metadata?: Record<string, string>,
): string {
  const path = join(folder, `lora-${count++}.safetensors`);
  let bytes = encodeSafetensors(tensors);
  if (metadata !== undefined) {
    const end = 8 + Number(bytes.readBigUInt64LE());
    const header = JSON.parse(bytes.subarray(8, end).toString()) as object;
    const text = JSON.stringify({ __metadata__: metadata, ...header });
    bytes = withHeader(text, bytes.subarray(end));
  }
  writeFileSync(path, bytes);
  return path;
}

export const open = (...file: Parameters<typeof writeLora>): Promise<LoraFile> =>
  openLora(writeLora(...file), modules, norms);

/** B A, [out, in] row by row. */
export function product(
  { rank, down, up }: LowRankPair,
  { inFeatures, outFeatures }: Pick<LowRankModule, "inFeatures" | "outFeatures">,
): number[] {
  return Array.from({ length: outFeatures * inFeatures }, (_, i) => {
    const [row, column] = [Math.floor(i / inFeatures), i % inFeatures];
    let sum = 0;
    for (let r = 0; r < rank; r++) sum += up[row * rank + r]! * down[r * inFeatures + column]!;
    return sum;
  });
}
