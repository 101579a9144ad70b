// The reference cases in 16 bits: as far from the originals as rounding every number on the way may bring
// them. The processor has few kernels for float16 and casts around the others, so that some roundings fall
// away there.
import { lowered, roundings, type Graph } from "../graph/index.js";
import { decoder, encoder } from "../models/autoencoder.js";
import { clipTextEncoder } from "../models/clip.js";
import type { ModelConfig } from "../models/config.js";
import { fluxTransformer } from "../models/flux.js";
import { t5Encoder } from "../models/t5.js";
import { RELATIVE_RMS, type ParityResult } from "./compare.js";

interface Rounded {
  graphs: Graph[];
  /** by how much an error grows on the way */
  gain: number;
}

const transformer = (config: ModelConfig): Rounded => ({
  graphs: [fluxTransformer(config.transformer)],
  gain: 1,
});

/** By the first word of a case's name. */
const roundedIn: Record<string, (config: ModelConfig) => Rounded> = {
  transformer,
  sample: transformer,
  // T5 does not scale its scores: they are √D times as large as others, and their errors with them.
  t5: ({ t5 }) => ({ graphs: [t5Encoder(t5)], gain: Math.sqrt(t5.dKv) }),
  clip: ({ clip }) => ({ graphs: [clipTextEncoder(clip)], gain: 1 }),
  autoencoder: ({ autoencoder }) => ({
    graphs: [encoder(autoencoder), decoder(autoencoder)],
    gain: 1,
  }),
};

const types = {
  f16: { half: "F16", bits: 11 },
  bf16: { half: "BF16", bits: 8 },
} as const;
type Compute = keyof typeof types;

/**
 * Relative RMS that rounding may bring; single roundings add up like independent errors.
 * @param network - the first word of a case's name
 */
export function roundingLimit(compute: Compute, config: ModelConfig, network: string): number {
  const { half, bits } = types[compute];
  const { graphs, gain } = roundedIn[network]?.(config) ?? { graphs: [], gain: 1 };
  const passed = Math.max(0, ...graphs.map((graph) => roundings(lowered(graph, half))));
  return gain * (2 ** -bits / Math.sqrt(3)) * Math.sqrt(passed);
}

/** The same results, held to that. */
export async function* inHalves(
  compute: Compute,
  config: ModelConfig,
  results: AsyncIterable<ParityResult>,
): AsyncGenerator<ParityResult> {
  for await (const result of results) {
    const network = result.name.split(/[ -]/)[0]!;
    const limit = RELATIVE_RMS + roundingLimit(compute, config, network);
    const pass = result.relativeRms <= limit;
    yield { ...result, name: `${result.name} in ${compute}`, limit, pass };
  }
}
