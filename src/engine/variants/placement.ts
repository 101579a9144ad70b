// Where each network of a model runs, in which numbers, and how much of them has room at one time.
import type { ModelConfig } from "../models/config.js";
import { fluxPieces } from "../models/flux-pieces.js";
import { processor, type RunOptions } from "../runtime/index.js";
import type { NetworkName } from "../network-name.js";
import { OVERHEAD_BYTES } from "./memory.js";
import { computeOf, networkNeeds } from "./needs.js";
import type { Settlement } from "./settle.js";
import { AUTOENCODER_TILE } from "../tiles.js";

export type Place = Pick<RunOptions, "device" | "compute" | "castsWhenRun">;

export interface Placement {
  placeOf: (network: NetworkName) => Place;
  /** what there is on the device, and what each network takes of it, in bytes; absent: enough for all */
  room?: Room;
  /** whether the autoencoder works in tiles, for want of room beside the transformer */
  inTiles: boolean;
}

/** auto: where the autoencoder would find no room beside the transformer for a page as a whole; off: never */
export type Tiling = "auto" | "off";

export interface Room {
  bytes: number;
  needs: Record<NetworkName, number>;
}

/** T5, which alone may be larger than the transformer, is left to the processor where it finds no room. */
export function placement(
  config: ModelConfig,
  { variant, device, memoryBytes, isSmall }: Settlement,
  tiling: Tiling = "auto",
): Placement {
  if (isSmall) return { placeOf: () => ({}), inTiles: false };
  const whole = networkNeeds(config, variant);
  const bytes = memoryBytes === undefined ? whole.transformer : memoryBytes - OVERHEAD_BYTES;
  const inTiles = tiling === "auto" && whole.transformer + whole.decoder > bytes;
  const needs = inTiles ? networkNeeds(config, variant, AUTOENCODER_TILE.side) : whole;
  const isOnDevice = (network: NetworkName) => network !== "t5" || needs.t5 <= bytes;
  const placeOf = (network: NetworkName): Place => {
    if (!isOnDevice(network)) return { device: processor, castsWhenRun: true };
    const castsWhenRun = isOfTransformer(network)
      ? variant.weights === "fp8"
      : network === "t5" || network === "clip"; // they run once a prompt
    return { device, compute: computeOf(network, variant), castsWhenRun };
  };
  const t5 = isOnDevice("t5") ? needs.t5 : 0;
  return { inTiles, placeOf, room: { bytes, needs: { ...needs, t5 } } };
}

const ofTransformer = new Set<NetworkName>(["transformer", ...fluxPieces, "modulation"]);
const isOfTransformer = (network: NetworkName): boolean => ofTransformer.has(network);
