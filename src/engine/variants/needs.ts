// What every network of a model takes on the variant's device while the largest page is made.
import type { Graph } from "../graph/index.js";
import { decoder, encoder } from "../models/autoencoder.js";
import { clipTextEncoder } from "../models/clip.js";
import type { ModelConfig } from "../models/config.js";
import type { NetworkName } from "../network-name.js";
import { fluxModulation } from "../models/flux-modulation.js";
import { t5Encoder } from "../models/t5.js";
import type { ComputeType } from "../runtime/index.js";
import { loraBytes, memoryNeeds, weightBytes } from "./memory.js";
import { shaped, type Shaped } from "./shaped.js";
import type { Variant } from "./table.js";

/** Of the largest page, the longest prompt and the longest job; ranks of a domain. */
const PAGE_PX = 1056;
const LATENT_PX = 8;
const TXT_TOKENS = 512;
const STEPS = 50;
const RANK = 64;

/**
 * In bytes, without what the driver takes.
 * @param tileLatents - side of the tiles in which the autoencoder works; undefined: it sees the whole page
 */
export function networkNeeds(
  config: ModelConfig,
  variant: Variant,
  tileLatents = PAGE_PX / LATENT_PX,
): Record<NetworkName, number> {
  const { transformer, autoencoder, t5, clip } = config;
  const { total, overhead } = memoryNeeds(transformer)(variant);
  const sized = (network: NetworkName, graph: Graph, sizes: Record<string, number> = {}) =>
    shaped(graph, computeOf(network, variant), (name) => sizes[name] ?? RANK);
  const modulation = sized("modulation", fluxModulation(transformer), { steps: STEPS });
  const pixels = { height: LATENT_PX * tileLatents, width: LATENT_PX * tileLatents };
  const latents = { height: tileLatents, width: tileLatents };
  return {
    transformer: total - overhead,
    // All that its pieces take is counted at the largest.
    first: 0,
    rest: total - overhead,
    last: 0,
    modulation:
      weightBytes(modulation, variant) + loraBytes(modulation, variant) + modulation.peak(),
    t5: storedAndPeak(sized("t5", t5Encoder(t5), { B·S: TXT_TOKENS, S: TXT_TOKENS })),
    clip: storedAndPeak(sized("clip", clipTextEncoder(clip))),
    encoder: castAndPeak(sized("encoder", encoder(autoencoder), pixels)),
    decoder: castAndPeak(sized("decoder", decoder(autoencoder), latents)),
  };
}

/** The autoencoder lacks kernels in bfloat16 where it matters; its few weights do not. */
export const computeOf = (network: NetworkName, { compute }: Variant): ComputeType =>
  compute === "bf16" && (network === "encoder" || network === "decoder") ? "f32" : compute;

/** Text encoders lie in memory as they are stored: in 16 bits, as everybody has them. */
const storedAndPeak = ({ graph, countOf, peak }: Shaped): number =>
  bytesOfWeights(graph, (key) => 2 * countOf(key)) + peak();

const castAndPeak = ({ graph, countOf, bytesOf, peak }: Shaped): number =>
  bytesOfWeights(graph, (key) => bytesOf(key) * countOf(key)) + peak();

const bytesOfWeights = ({ weights }: Graph, bytes: (key: string) => number): number =>
  [...weights.keys()].reduce((sum, key) => sum + bytes(key), 0);
