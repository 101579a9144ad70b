// The most memory that a variant's transformer takes on its device, computed from the graph: weights in
// the variant's form, the LoRA stack, and what is alive while a step runs on the largest page. The
// modulation layers are not there: they run ahead for all steps and leave. Nor are the text encoders.
import { BLOCK_SIZE, inferShapes, type Graph, type GraphNode } from "../graph/index.js";
import { peakActivationBytes } from "../graph/liveness.js";
import type { FluxConfig } from "../models/config.js";
import { fluxTransformer } from "../models/flux.js";
import type { Variant } from "./table.js";

/** In bytes. */
export interface MemoryNeed {
  weights: number;
  loras: number;
  /** values alive at once, and what single ops need beside them */
  activations: number;
  /** the driver's own, and the libraries': estimated, not measured */
  overhead: number;
  total: number;
}

export interface Load {
  /** image tokens; 4,356 is a page of 1056² px */
  imgTokens?: number;
  txtTokens?: number;
  /** of all LoRAs together; a domain has 64, ReCraft 256 */
  loraRank?: number;
}

const OVERHEAD = 600e6;
/** Bits of one weight; those of a block share a scale of 16. */
const BLOCK_BITS = { "8-bit": 8 + 16 / BLOCK_SIZE, "4-bit": 4 + 16 / BLOCK_SIZE, fp8: 8 };
const COMPUTE_BYTES = { f32: 4, f16: 2, bf16: 2 };

/** `double_blocks.0.img_mod.lin.weight`, `single_blocks.0.modulation.lin.bias`, and their LoRA's names */
const isModulation = (name: string): boolean => /mod(ulation)?[._]lin/.test(name);
const isPacked = (key: string, shape: readonly number[]): boolean =>
  shape.length === 2 && /^(double|single)_blocks\./.test(key);

type Form = Pick<Variant, "compute" | "weights">;

/** What each variant needs; the graph is walked once for all of them. */
export function memoryNeeds(
  config: FluxConfig,
  { imgTokens = 4356, txtTokens = 512, loraRank = 64 }: Load = {},
): (variant: Form) => MemoryNeed {
  const graph = fluxTransformer(config);
  const sizes: Record<string, number> = {
    B·L: imgTokens,
    B·S: txtTokens,
    tokens: imgTokens + txtTokens,
  };
  const known = inferShapes(graph, (name) => sizes[name] ?? loraRank);
  const countOf = (name: string) =>
    known.get(name)!.shape.reduce((product, size) => product * size, 1);
  const kept = [...graph.weights].filter(([key]) => !isModulation(key));
  const branches = graph.inputs.filter(
    ({ name }) => name.includes(".lora_") && !isModulation(name),
  );
  const loraCount = sum(branches.map(({ name }) => countOf(name)));
  return (variant) => {
    const elementBytes = COMPUTE_BYTES[variant.compute];
    const weights = sum(
      kept.map(([key, shape]) => (countOf(key) * bitsOf(key, shape, variant)) / 8),
    );
    const loras = elementBytes * loraCount;
    const activations = peakActivationBytes(graph, {
      known,
      elementBytes,
      workspaceOf: (node) => elementBytes * numbersBeside(node, graph, variant, countOf),
    });
    const total = weights + loras + activations + OVERHEAD;
    return { weights, loras, activations, overhead: OVERHEAD, total };
  };
}

/** Of one number of a weight. */
function bitsOf(key: string, shape: readonly number[], { compute, weights }: Form): number {
  return weights === "as-they-are" || !isPacked(key, shape)
    ? 8 * COMPUTE_BYTES[compute]
    : BLOCK_BITS[weights];
}

/** Attention turns q, k and v once more; a packed weight is unpacked whole for its product. */
function numbersBeside(
  { op, inputs }: GraphNode,
  graph: Graph,
  { weights }: Form,
  countOf: (name: string) => number,
): number {
  if (op === "MultiHeadAttention") return 3 * countOf(inputs[0]!);
  const shape = op === "Gemm" && weights !== "as-they-are" && graph.weights.get(inputs[1]!);
  return shape && isPacked(inputs[1]!, shape) && !isModulation(inputs[1]!)
    ? countOf(inputs[1]!)
    : 0;
}

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);
