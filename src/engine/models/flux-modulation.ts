// What time, guidance and pooled text do in the transformer: they become one vector, and a layer a block
// makes shifts, scales and gates of it. That is a quarter of all parameters and needs no picture, so it can
// run ahead for all steps of a job, in a graph of its own. Names are those of black-forest-labs/flux.
import { Graph, type GraphOptions, type Value } from "../graph/index.js";
import { silu } from "../layers/activation.js";
import { adaptedLinear, outerLinear } from "../layers/linear.js";
import type { FluxConfig } from "./config.js";

/** Size of the sinusoidal embeddings of time and guidance. */
const EMBEDDING = 256;

/**
 * Inputs: timestep [steps] in 0…1, vec [1, vecDim], guidance [1] where embedded, LoRA matrices. Outputs: by
 * its layer's key, what each modulation layer gives, [steps, n·C]; inputs of `fluxBlocks`.
 */
export function fluxModulation(config: FluxConfig, options: GraphOptions = {}): Graph {
  const g = new Graph(options);
  const timestep = g.input("timestep", "F32", ["steps"]);
  const pooled = g.input("vec", "F32", [1, config.vecDim]);
  const condition = conditionOf(g, { timestep, pooled }, config);
  const size = { in: config.hiddenSize, out: config.hiddenSize };
  for (const { layer, parts, linear } of modulationLayers(config)) {
    const out = parts * config.hiddenSize;
    g.output(
      layer,
      g.scope(layer, () => linear(g, condition, { ...size, out })),
    );
  }
  return g;
}

interface ModulationLayer {
  layer: string;
  /** vectors of the hidden size that it gives */
  parts: number;
  linear: typeof adaptedLinear;
}

function modulationLayers({ depth, depthSingle }: FluxConfig): ModulationLayer[] {
  const inBlocks = (count: number, blocks: string, name: string, parts: number) =>
    Array.from({ length: count }, (_, i) => ({
      layer: `${blocks}.${i}.${name}.lin`,
      parts,
      linear: adaptedLinear,
    }));
  return [
    ...inBlocks(depth, "double_blocks", "img_mod", 6),
    ...inBlocks(depth, "double_blocks", "txt_mod", 6),
    ...inBlocks(depthSingle, "single_blocks", "modulation", 3),
    { layer: "final_layer.adaLN_modulation.1", parts: 2, linear: outerLinear },
  ];
}

/**
 * The vector that all modulation layers see, [B, C].
 * @param inputs - timestep [B], pooled text [B or 1, vecDim]
 * @param batch - of the guidance
 */
export function conditionOf(
  g: Graph,
  { timestep, pooled }: { timestep: Value; pooled: Value },
  config: FluxConfig,
  batch = 1,
): Value {
  const embed = (name: string, size: number, x: () => Value) =>
    g.scope(name, () => embedder(g, x(), size, config.hiddenSize));
  let vec = embed("time_in", EMBEDDING, () => sinusoid(g, timestep));
  if (config.guidanceEmbed) {
    const guidance = sinusoid(g, g.input("guidance", "F32", [batch]));
    vec = g.op("Add", [vec, embed("guidance_in", EMBEDDING, () => guidance)]);
  }
  vec = g.op("Add", [vec, embed("vector_in", config.vecDim, () => pooled)]);
  return silu(g, vec);
}

/** Two layers with SiLU between, for time, guidance and pooled text. */
function embedder(g: Graph, x: Value, from: number, hidden: number): Value {
  const inner = g.scope("in_layer", () => outerLinear(g, x, { in: from, out: hidden }));
  return g.scope("out_layer", () => outerLinear(g, silu(g, inner), { in: hidden, out: hidden }));
}

/** cos and sin of 1000·t at 128 falling frequencies; [B] → [B, 256]. Rounded where the original rounds. */
function sinusoid(g: Graph, t: Value): Value {
  const half = EMBEDDING / 2;
  const frequencies = Array.from({ length: half }, (_, i) =>
    Math.exp(Math.fround(Math.fround(-Math.log(10000)) * i) / half),
  );
  return g.precise("digits", () => {
    const scaled = g.op("Mul", [g.op("Reshape", [t, g.ints([-1, 1])]), g.floats([1000])]);
    const angles = g.op("Mul", [scaled, g.floats(frequencies)]);
    return g.op("Concat", [g.op("Cos", [angles]), g.op("Sin", [angles])], { axis: 1 });
  });
}
