// Where in the network a LoRA's pair acts, by what each format calls the place. Dots and underscores are the
// same here: some formats write one for the other, and no two names differ by nothing else.
import type { LowRankModule } from "../../graph/index.js";
import { diffusersLayers } from "../layouts/flux-diffusers.js";

export interface Site {
  module: LowRankModule;
  /** first and last row of the layer, the last one not included */
  rows: readonly [number, number];
  /** the first and the second half of B's rows stand the other way round */
  swapsHalves: boolean;
}

type Names = (module: LowRankModule) => Iterable<readonly [name: string, site: Site]>;

const whole = (module: LowRankModule): Site => ({
  module,
  rows: [0, module.outFeatures],
  swapsHalves: false,
});

/** q, k and v are as wide as what goes in; the MLP of a single block is the rest. */
const fused = (module: LowRankModule, first: number, end: number): Site => ({
  ...whole(module),
  rows: [first * module.inFeatures, end > 3 ? module.outFeatures : end * module.inFeatures],
});

const bflNames: Names = (module) => [[module.layer, whole(module)]];

/** The last modulation gives scale before shift there. */
const diffusersNames: Names = (module) => {
  const names = diffusersLayers(module.layer);
  const swapsHalves = module.layer === "final_layer.adaLN_modulation.1";
  return names.map((name, i) => [
    name,
    names.length === 1 ? { ...whole(module), swapsHalves } : fused(module, i, i + 1),
  ]);
};

/** Attention alone: 1 is the image, 2 the text; a single block's `qkv` is the first part of the fused layer. */
const xlabsNames: Names = (module) => {
  const [, block, stream, part, linear] =
    /^(\w+_blocks\.\d+)\.(?:(img|txt)_attn\.(qkv|proj)|linear([12]))$/.exec(module.layer) ?? [];
  if (stream !== undefined)
    return [[`${block}.processor.${part}_lora${stream === "img" ? 1 : 2}`, whole(module)]];
  if (linear === "1") return [[`${block}.processor.qkv_lora`, fused(module, 0, 3)]];
  return linear === "2" ? [[`${block}.processor.proj_lora`, whole(module)]] : [];
};

const formats: readonly (readonly [prefix: string, names: Names])[] = [
  ["lora_unet.", bflNames], // kohya, MakeAnything
  ["lora_transformer.", diffusersNames], // OneTrainer
  ["transformer.", diffusersNames], // diffusers, PEFT, ai-toolkit
  ["diffusion_model.", bflNames], // ComfyUI
  ["", xlabsNames],
  ["", bflNames], // Black Forest Labs
];

const undotted = (name: string): string => name.replaceAll(".", "_");

/** Finds the site of what the keys of a pair begin with. */
export function siteFinder(modules: readonly LowRankModule[]): (stem: string) => Site | undefined {
  const sites = new Map(
    formats.flatMap(([prefix, names]) =>
      modules.flatMap((module) =>
        Array.from(names(module), ([name, site]) => [undotted(prefix + name), site] as const),
      ),
    ),
  );
  return (stem) => sites.get(undotted(stem));
}
