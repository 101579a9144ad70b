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

/** By network. */
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

/** The network that gives a value of a whole run, by the last word of its name. */
const networkOfValue: Record<string, string> = {
  txt: "t5",
  vec: "clip",
  known: "autoencoder",
  latents: "transformer",
};

/** Devices add products up in 16 bits, too. On an H200 that made the errors up to 4.1 times as large. */
const SUMMED_IN_HALVES = 5;

const types = {
  f16: { half: "F16", bits: 11 },
  bf16: { half: "BF16", bits: 8 },
} as const;
type Compute = keyof typeof types;

/** Relative RMS that rounding may bring; single roundings add up like independent errors. */
export function roundingLimit(compute: Compute, config: ModelConfig, network: string): number {
  const { half, bits } = types[compute];
  const { graphs, gain } = roundedIn[network]?.(config) ?? { graphs: [], gain: 1 };
  const passed = Math.max(0, ...graphs.map((graph) => roundings(lowered(graph, half))));
  return gain * (2 ** -bits / Math.sqrt(3)) * Math.sqrt(passed);
}

/**
 * The same results, held to that.
 * @param onDevice - they are a device's, not the processor's
 */
export async function* inHalves(
  compute: Compute,
  config: ModelConfig,
  results: AsyncIterable<ParityResult>,
  { onDevice }: { onDevice: boolean },
): AsyncGenerator<ParityResult> {
  for await (const result of results) {
    const name = `${result.name} in ${compute}`;
    if (result.measure !== "relative RMS") {
      yield { ...result, name };
      continue;
    }
    const words = result.name.split(/[ -]/);
    const network = networkOfValue[words.at(-1)!] ?? words[0]!;
    const rounding = roundingLimit(compute, config, network);
    const limit = RELATIVE_RMS + rounding * (onDevice ? SUMMED_IN_HALVES : 1);
    yield { ...result, name, limit, pass: result.relativeRms <= limit };
  }
}
