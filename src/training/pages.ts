// Where the pages that an adapter learns from come from: each with its words, in one domain a step.
import type { LatentSize } from "../engine/train/index.js";
import type { Raster, Rect } from "../raster.js";
import type { Random } from "../world/index.js";
import { placeCell, toTokens, type Page } from "./flow.js";

export type AdapterTask = "asymmetric-lora" | "recraft" | "interpolation" | "style";

/** Pages of one size, and how many of them a step sees. */
export interface PageKind {
  name: string;
  size: LatentSize;
  batch: number;
}

/** A page that the adapter is asked for on the way, for people to see what it has learnt. */
export interface SamplePage {
  /** of the picture's file, too */
  name: string;
  prompt: string;
  sidePx: number;
  /** counted from 0 */
  domain: number;
  known: readonly { cell: Rect; picture: Raster }[];
}

export interface PageSource {
  kinds: readonly PageKind[];
  samples: readonly SamplePage[];
  /** all there are, where they are few enough to be encoded ahead */
  prompts?: readonly string[];
  /** how many B's there are */
  domains: number;
  /** the domains that have pages of a kind, counted from 0 */
  domainsOf(kind: string): readonly number[];
  draw(random: Random, kind: string, domain: number): Page & { prompt: string };
  close(): void;
}

/**
 * A page some of whose cells are known.
 * @param given - latents of the known cells' own pictures, one after the other
 * @param known - the cells, counted row by row
 */
export function pageWithKnown(
  page: Float32Array,
  given: Float32Array,
  { size, columns, known }: { size: LatentSize; columns: number; known: readonly number[] },
): Page {
  const tokens = toTokens(page, size);
  const each = page.length / columns ** 2;
  const values = new Float32Array(page.length);
  const mask = new Float32Array(page.length);
  known.forEach((cell, i) => {
    placeCell(values, size, columns, cell, given.subarray(i * each, (i + 1) * each));
    placeCell(mask, size, columns, cell, new Float32Array(each).fill(1));
  });
  return {
    tokens,
    known: { values: toTokens(values, size), mask: Uint8Array.from(toTokens(mask, size)) },
  };
}
