// Where each network of a model runs, in which numbers, and how much of them has room at one time.
import type { ModelConfig } from "../models/config.js";
import { processor, type RunOptions } from "../runtime/index.js";
import type { NetworkName } from "../network-name.js";
import { OVERHEAD_BYTES } from "./memory.js";
import { computeOf, networkNeeds } from "./needs.js";
import type { Settlement } from "./settle.js";

export type Place = Pick<RunOptions, "device" | "compute" | "castsWhenRun">;

export interface Placement {
  placeOf: (network: NetworkName) => Place;
  /** what there is on the device, and what each network takes of it, in bytes; absent: enough for all */
  room?: Room;
}

export interface Room {
  bytes: number;
  needs: Record<NetworkName, number>;
}

/** A network that finds no room even alone is left to the processor; the transformer is what was settled. */
export function placement(
  config: ModelConfig,
  { variant, device, memoryBytes, isSmall }: Settlement,
): Placement {
  if (isSmall) return { placeOf: () => ({}) };
  const needs = networkNeeds(config, variant);
  const bytes = memoryBytes === undefined ? needs.transformer : memoryBytes - OVERHEAD_BYTES;
  const isOnDevice = (network: NetworkName) =>
    isOfTransformer(network) || needs[network] <= bytes;
  const placeOf = (network: NetworkName): Place => {
    if (!isOnDevice(network)) return { device: processor, castsWhenRun: true };
    const castsWhenRun = isOfTransformer(network)
      ? variant.weights === "fp8"
      : network === "t5" || network === "clip"; // they run once a prompt
    return { device, compute: computeOf(network, variant), castsWhenRun };
  };
  const taken = Object.entries(needs) as [NetworkName, number][];
  const onDevice = taken.map(([network, need]) => [network, isOnDevice(network) ? need : 0]);
  return {
    placeOf,
    room: { bytes, needs: Object.fromEntries(onDevice) as Record<NetworkName, number> },
  };
}

const isOfTransformer = (network: NetworkName): boolean =>
  network === "transformer" || network === "modulation";
