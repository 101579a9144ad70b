// diffusers' names of the autoencoder. Its up blocks count the other way, and the attention in the
// middle is made of matrices [C, C] where ours has 1x1 convolutions [C, C, 1, 1].
import type { Expected, Layout } from "./layout.js";

const renames: readonly (readonly [RegExp, string])[] = [
  [/\.mid\.block_1\./, ".mid_block.resnets.0."],
  [/\.mid\.block_2\./, ".mid_block.resnets.1."],
  [/\.mid\.attn_1\.norm\./, ".mid_block.attentions.0.group_norm."],
  [/\.mid\.attn_1\.proj_out\./, ".mid_block.attentions.0.to_out.0."],
  [/\.mid\.attn_1\.([qkv])\./, ".mid_block.attentions.0.to_$1."],
  [/\.down\.(\d+)\./, ".down_blocks.$1."],
  [/\.block\.(\d+)\./, ".resnets.$1."],
  [/\.nin_shortcut\./, ".conv_shortcut."],
  [/\.downsample\./, ".downsamplers.0."],
  [/\.upsample\./, ".upsamplers.0."],
  [/^(\w+)\.norm_out\./, "$1.conv_norm_out."],
];

export function autoencoderDiffusers(expected: Expected): Layout {
  const levels = [...expected.keys()].map((key) => Number(/\.up\.(\d+)\./.exec(key)?.[1] ?? -1));
  const last = levels.reduce((most, level) => Math.max(most, level), -1);
  return (key, shape) => {
    const isMatrix = /\.attn_1\.(q|k|v|proj_out)\.weight$/.test(key);
    const named = key.replace(/\.up\.(\d+)\./, (_, up) => `.up_blocks.${last - Number(up)}.`);
    const name = renames.reduce((text, [from, to]) => text.replace(from, to), named);
    return [{ name, shape: isMatrix ? shape.slice(0, 2) : shape }];
  };
}
