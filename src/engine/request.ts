// What the engine is asked and what it answers: plain serialisable records.
import type { Raster, Rect } from "../raster.js";
import type { Provider } from "./runtime/device.js";
import type { Tiling } from "./variants/placement.js";
import type { VariantName } from "./variants/table.js";

/** How models are run. */
export interface EngineSettings {
  /** of one operator; every core where nothing is given */
  threads?: number | undefined;
  provider?: Provider | "auto" | undefined;
  variant?: VariantName | "auto" | undefined;
  /** whether the autoencoder works in overlapping tiles where memory is short */
  tiles?: Tiling | undefined;
  /** of requests that name none */
  cacheThreshold?: number | undefined;
  /** for weights laid out anew, and for what devices were found to compute; without it neither is kept */
  cacheFolder?: string | undefined;
}

/** One page to paint: prompt and known cells in, pixels out. */
export interface PaintRequest {
  /** absolute folder with `model.json` and the weights */
  modelDir: string;
  prompt: string;
  /** page size in px, multiples of 16 */
  widthPx: number;
  heightPx: number;
  /** mix of an asymmetric LoRA's domains: B matrix counted from 1, and its weight ω; empty = base alone */
  domains: { b: number; weight: number }[];
  /** which of model.json's `adapters` holds those B; `asymmetric` where none is given */
  asymmetric?: string;
  /** plain LoRAs stacked on it, by their name in model.json's `adapters` or from a file of their own */
  loras: { name: string; file?: string; weight: number }[];
  /** integer, 0 … 2^53 − 1 */
  seed: number;
  /** Euler steps, ≥ 1 */
  steps: number;
  /** embedded guidance; ignored by a model without it */
  guidance: number;
  /** classifier-free guidance against the empty prompt; 1, the default: none. More doubles the work */
  trueCfg?: number | undefined;
  /**
   * steps whose first block changes the image nearly as in an earlier one, by this mean share, take the rest
   * from there; 0, the default: every step is computed
   */
  cacheThreshold?: number | undefined;
  /** leave T5's padding out of every attention */
  maskPadding: boolean;
  /** cells that are already known; each picture has exactly its cell's size */
  known: { cell: Rect; picture: Raster }[];
}

export interface PaintResult {
  page: Raster;
  /** per known cell: how well the autoencoder can express its picture, PSNR in dB */
  knownPsnrDb: number[];
  /** a fingerprint of every weight file used, by its name in model.json (`transformer`, `asymmetric`, …) */
  versions: Record<string, string>;
  /** in what way, where the request does not say it: a variant's name, and the cache's threshold */
  ran: { variant: string; cacheThreshold: number };
  timings: { loadMs: number; textMs: number; sampleMs: number; decodeMs: number };
}

/** How far a job is. Step 0 is reported when a phase begins. */
export interface PaintProgress {
  phase: "load" | "text" | "encode" | "sample" | "decode";
  /** steps done in this phase, of `steps` */
  step: number;
  steps: number;
  /** where the page seems to go, small: now and then while it is sampled, where the model has a map for it */
  preview?: Raster | undefined;
}

export interface PaintOptions {
  /** honoured between two steps */
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: PaintProgress) => void) | undefined;
}
