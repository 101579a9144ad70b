// Where the pages that an adapter learns from come from: each with its words, in one domain a step.
import type { LatentSize } from "../engine/train/index.js";
import type { Random } from "../world/index.js";
import type { Page } from "./flow.js";

/** Pages of one size, and how many of them a step sees. */
export interface PageKind {
  name: string;
  size: LatentSize;
  batch: number;
}

export interface PageSource {
  kinds: readonly PageKind[];
  /** how many domains there are */
  domains: number;
  /** @param domain - counted from 0 */
  draw(random: Random, kind: string, domain: number): Promise<Page & { prompt: string }>;
  close(): void;
}
