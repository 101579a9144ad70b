// All that a diagnosis rests on, as one plain record: whoever has the record needs no such machine.
import type { CheckpointKind, ModelConfig, Proof, Wish } from "../engine/index.js";
import type { Check } from "../install/index.js";

export interface World {
  homeDir: string;
  model: ModelInUse;
  wish: Wish;
  files: FoundFile[];
  tokenizers: FoundTokenizer[];
  machine: Machine;
  disk: Disk;
  places: { what: string; path: string; isThere: boolean }[];
}

/** What a folder of the disk is for. */
export type Purpose = CheckpointKind | "lora";

export interface FoundFile extends Stored {
  /** a file of weights, or an index of shards */
  path: string;
  /** in a few words */
  is: string;
  /** networks of FLUX.1-dev that it holds, whole */
  parts: FoundPart[];
  lora?: FoundLora;
  /** why it cannot be used, although somebody meant it to be: a whole sentence */
  fault?: string;
  warnings: string[];
  /** what the folder that it lies in is for, where that is known */
  meantFor?: readonly Purpose[];
}

export interface FoundPart {
  kind: CheckpointKind;
  /** first the type that most bytes are of */
  dtypes: string[];
  sizeBytes: number;
}

export interface FoundLora {
  /** how many B an asymmetric one has; 0 for a plain one */
  domainCount: number;
  /** which of them were trained, from 1 */
  trained: number[];
  /** of a single domain that was fetched alone */
  domain?: string;
}

export interface FoundTokenizer {
  kind: "t5" | "clip";
  folder: string;
}

export interface Stored {
  sizeBytes: number;
  /** two files on one volume have the same number */
  volume: number;
}

export interface StoredPart extends Stored {
  /** of its tensors, first the one that most bytes are of */
  dtypes: string[];
}

/** The model that is painted with. */
export interface ModelInUse {
  folder: string;
  name: string;
  /** it comes with the package */
  isOurs: boolean;
  sizeBytes: number;
  /** too small for anything but the processor */
  isSmall: boolean;
  /** undefined where its model.json cannot be read */
  transformer?: ModelConfig["transformer"];
  /** its transformer's file, and those of its LoRAs */
  weights?: StoredPart;
  loras: Stored[];
  /** what is wrong, each with its file */
  faults: string[];
  warnings: string[];
}

export interface Machine {
  ramBytes: number;
  providers: Proof[];
  /** what CUDA needs, where there is a card for it */
  cuda: Check[];
}

/** Of the data folder, where converted weights go. */
export interface Disk {
  folder: string;
  volume: number;
  freeBytes: number | undefined;
}
