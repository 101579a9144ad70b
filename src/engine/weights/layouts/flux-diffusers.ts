// diffusers' names of the FLUX transformer: q, k, v and a single block's MLP apart, and the last
// modulation in the order scale, shift.
import type { Expected, Layout } from "./layout.js";

const inDouble: Record<string, readonly [img: readonly string[], txt: readonly string[]]> = {
  "mod.lin": [["norm1.linear"], ["norm1_context.linear"]],
  "attn.qkv": [
    ["attn.to_q", "attn.to_k", "attn.to_v"],
    ["attn.add_q_proj", "attn.add_k_proj", "attn.add_v_proj"],
  ],
  "attn.norm.query_norm": [["attn.norm_q"], ["attn.norm_added_q"]],
  "attn.norm.key_norm": [["attn.norm_k"], ["attn.norm_added_k"]],
  "attn.proj": [["attn.to_out.0"], ["attn.to_add_out"]],
  "mlp.0": [["ff.net.0.proj"], ["ff_context.net.0.proj"]],
  "mlp.2": [["ff.net.2"], ["ff_context.net.2"]],
};

const inSingle: Record<string, readonly string[]> = {
  "modulation.lin": ["norm.linear"],
  linear1: ["attn.to_q", "attn.to_k", "attn.to_v", "proj_mlp"],
  linear2: ["proj_out"],
  "norm.query_norm": ["attn.norm_q"],
  "norm.key_norm": ["attn.norm_k"],
};

const outside: Record<string, string> = {
  img_in: "x_embedder",
  txt_in: "context_embedder",
  "time_in.in_layer": "time_text_embed.timestep_embedder.linear_1",
  "time_in.out_layer": "time_text_embed.timestep_embedder.linear_2",
  "guidance_in.in_layer": "time_text_embed.guidance_embedder.linear_1",
  "guidance_in.out_layer": "time_text_embed.guidance_embedder.linear_2",
  "vector_in.in_layer": "time_text_embed.text_embedder.linear_1",
  "vector_in.out_layer": "time_text_embed.text_embedder.linear_2",
  "final_layer.adaLN_modulation.1": "norm_out.linear",
  "final_layer.linear": "proj_out",
};

/** The layers in diffusers whose rows, one below the other, are those of BFL's layer; none where it has no such layer. */
export function diffusersLayers(layer: string): readonly string[] {
  const double = /^double_blocks\.(\d+)\.(img|txt)_(.+)$/.exec(layer);
  if (double !== null) {
    const [, block, stream, name] = double as unknown as [string, string, string, string];
    const names = inDouble[name]?.[stream === "img" ? 0 : 1] ?? [];
    return names.map((part) => `transformer_blocks.${block}.${part}`);
  }
  const single = /^single_blocks\.(\d+)\.(.+)$/.exec(layer);
  if (single !== null)
    return (inSingle[single[2]!] ?? []).map(
      (part) => `single_transformer_blocks.${single[1]}.${part}`,
    );
  return outside[layer] === undefined ? [] : [outside[layer]];
}

export function fluxDiffusers(expected: Expected): Layout {
  return (key, shape) => {
    const dot = key.lastIndexOf(".");
    const [layer, kind] = [key.slice(0, dot), key.slice(dot + 1)];
    const names = diffusersLayers(layer).map(
      (name) => `${name}.${kind === "scale" ? "weight" : kind}`,
    );
    if (names.length === 0) return [{ name: key, shape }];
    const [rows, ...rest] = shape as [number, ...number[]];
    if (layer === "final_layer.adaLN_modulation.1")
      return [
        { name: names[0]!, shape, rows: [rows / 2, rows] },
        { name: names[0]!, shape, rows: [0, rows / 2] },
      ];
    if (!layer.endsWith(".linear1"))
      return names.map((name) => ({ name, shape: [rows / names.length, ...rest] }));
    const hidden = expected.get(key.replace(/linear1\.\w+$/, "linear2.weight"))![0]!;
    return names.map((name, i) => ({ name, shape: [i < 3 ? hidden : rows - 3 * hidden, ...rest] }));
  };
}
