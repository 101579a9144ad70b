// The networks of a model, by name: each is a session of its own.
import type { FluxPiece } from "./models/flux-pieces.js";

/**
 * What a model is made of. The transformer is the whole of it, or its blocks where the modulation runs apart;
 * its pieces stand for it where steps reuse what others computed.
 */
export type NetworkName =
  | "transformer"
  | FluxPiece
  | "modulation"
  | "t5"
  | "clip"
  | "encoder"
  | "decoder";
