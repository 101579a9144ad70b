// Where each network's tensors are found: the folder a diffusers repository keeps it in, the prefix an
// all-in-one checkpoint gives it, and the layouts it may come in.
import { autoencoderDiffusers } from "./autoencoder-diffusers.js";
import { fluxDiffusers } from "./flux-diffusers.js";
import { ownLayout, type Expected, type Layout } from "./layout.js";

interface Checkpoint {
  folder: string;
  prefix: string;
  /** a layout of others, and how a file in it is known */
  other?: { startsWith: string; layout: (expected: Expected) => Layout };
}

export const checkpoints = {
  transformer: {
    folder: "transformer",
    prefix: "model.diffusion_model.",
    other: { startsWith: "transformer_blocks.", layout: fluxDiffusers },
  },
  autoencoder: {
    folder: "vae",
    prefix: "vae.",
    other: { startsWith: "decoder.up_blocks.", layout: autoencoderDiffusers },
  },
  t5: { folder: "text_encoder_2", prefix: "text_encoders.t5xxl.transformer." },
  clip: { folder: "text_encoder", prefix: "text_encoders.clip_l.transformer." },
} as const satisfies Record<string, Checkpoint>;

export type CheckpointKind = keyof typeof checkpoints;

/** What an all-in-one checkpoint may hold beside the network that is asked for. */
const sections = ["model.diffusion_model.", "text_encoders.", "vae."];

export const isOfAnotherNetwork = (name: string): boolean =>
  sections.some((section) => name.startsWith(section));

/** The layout of a checkpoint whose tensors have these names, their prefix taken off. */
export function layoutOf(
  kind: CheckpointKind | undefined,
  names: Iterable<string>,
  expected: Expected,
): Layout {
  const other = kind && (checkpoints[kind] as Checkpoint).other;
  if (other === undefined) return ownLayout;
  for (const name of names) if (name.startsWith(other.startsWith)) return other.layout(expected);
  return ownLayout;
}
