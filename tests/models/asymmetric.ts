// A small asymmetric LoRA, laid out as the released ones are.
import { encodeSafetensors, type TensorToWrite } from "../support/safetensors.js";

export const LAYERS = 12;

/** @param seed - other bytes, of the same size */
export function asymmetric(seed: number, domains = 4): Buffer {
  const tensors: Record<string, TensorToWrite> = {};
  const fill = (key: string, shape: number[]) => {
    const data = new Uint8Array(2 * shape.reduce((a, b) => a * b, 1));
    for (let i = 0; i < data.length; i++)
      data[i] = (seed + key.length * 31 + i * 7 + shape.length) & 255;
    tensors[key] = { dtype: "BF16", shape, data };
  };
  for (let layer = 0; layer < LAYERS; layer++) {
    const name = `lora_unet_double_blocks_${layer}_img_attn_qkv`;
    fill(`${name}.lora_down.weight`, [16, 512]);
    for (let b = 0; b < domains; b++) {
      fill(`${name}.lora_ups.${b}.weight`, [4096, 16]);
      tensors[`${name}.lora_ups.${b}.weight`]!.data[layer] = b;
    }
    fill(`${name}.alpha`, []);
  }
  return encodeSafetensors(tensors);
}
