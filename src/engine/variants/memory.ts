// The most memory that a variant's transformer takes on its device, computed from the graph: weights in
// the variant's form, the LoRA stack, and what is alive while a step runs on the largest page. Where the
// modulation layers run ahead, they are not there; nor are the other networks.
import { BLOCK_SIZE, type GraphNode } from "../graph/index.js";
import type { FluxConfig } from "../models/config.js";
import { fluxBlocks, fluxTransformer } from "../models/flux.js";
import { shaped, type Shaped } from "./shaped.js";
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

export const OVERHEAD_BYTES = 600e6;
/** Bits of one weight; those of a block share a scale of 16. */
const BLOCK_BITS = { "8-bit": 8 + 16 / BLOCK_SIZE, "4-bit": 4 + 16 / BLOCK_SIZE, fp8: 8 };

export type Form = Pick<Variant, "compute" | "weights" | "loras" | "modulation">;

/** What each variant needs; a graph is walked once for all of them. */
export function memoryNeeds(
  config: FluxConfig,
  { imgTokens = 4356, txtTokens = 512, loraRank = 64 }: Load = {},
): (variant: Form) => MemoryNeed {
  const sizes: Record<string, number> = {
    B·L: imgTokens,
    B·S: txtTokens,
    tokens: imgTokens + txtTokens,
  };
  const walked = new Map<string, Shaped>();
  const shapedFor = ({ compute, modulation }: Form): Shaped => {
    const key = `${compute} ${modulation}`;
    const network = () => (modulation === "ahead" ? fluxBlocks(config) : fluxTransformer(config));
    const found = walked.get(key) ?? shaped(network(), compute, (name) => sizes[name] ?? loraRank);
    walked.set(key, found);
    return found;
  };
  return (variant) => {
    const transformer = shapedFor(variant);
    const weights = weightBytes(transformer, variant);
    const loras = loraBytes(transformer, variant);
    const activations = transformer.peak((node) => bytesBeside(node, transformer, variant));
    const total = weights + loras + activations + OVERHEAD_BYTES;
    return { weights, loras, activations, overhead: OVERHEAD_BYTES, total };
  };
}

export function weightBytes({ graph, countOf, bytesOf }: Shaped, { weights }: Form): number {
  const bitsOf = (key: string, shape: readonly number[]): number => {
    if (weights === "as-they-are" || !isPacked(key, shape)) return 8 * bytesOf(key);
    return BLOCK_BITS[isModulation(key) ? "8-bit" : weights];
  };
  return sum([...graph.weights].map(([key, shape]) => (countOf(key) * bitsOf(key, shape)) / 8));
}

/** What comes in by inputs is float32, what is baked in is what is computed with. */
export function loraBytes({ graph, countOf }: Shaped, { loras, compute }: Form): number {
  const branches = graph.inputs.filter(({ name }) => name.includes(".lora_"));
  const bytes = loras === "baked" && compute !== "f32" ? 2 : 4;
  return bytes * sum(branches.map(({ name }) => countOf(name)));
}

/** Attention turns q, k and v once more; a packed weight is unpacked whole for its product. */
function bytesBeside(
  { op, inputs }: GraphNode,
  { graph, countOf, bytesOf }: Shaped,
  { weights }: Form,
): number {
  const bytes = (name: string) => bytesOf(name) * countOf(name);
  if (op === "MultiHeadAttention") return 3 * bytes(inputs[0]!);
  const shape = op === "Gemm" && weights !== "as-they-are" && graph.weights.get(inputs[1]!);
  return shape && isPacked(inputs[1]!, shape) ? bytes(inputs[1]!) : 0;
}

const isPacked = (key: string, shape: readonly number[]): boolean =>
  shape.length === 2 && /^(double|single)_blocks\./.test(key);
/** Those are packed into 8 bits at the least. */
const isModulation = (key: string): boolean => /mod(ulation)?\.lin\./.test(key);

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);
