// One layer of a LoRA file: its tensors found, held against the layer, and its alpha read.
import { shortKey, shortShape, weightFault } from "../fault.js";
import { isFloatType } from "../floats.js";
import { readFloats, type SafetensorsFile } from "../safetensors.js";
import { partnerOf } from "./keys.js";
import type { Site } from "./sites.js";

/** What a file says of one layer. */
export interface Pair {
  site: Site;
  stem: string;
  ups: Map<number | undefined, string>;
  down?: string;
  alpha?: string;
  bias?: string;
  dora?: string;
}

/** Two matrices, or one A with the B of every domain: y += ω (α/r) B A x in some rows of a layer. */
export interface LoraBranch extends Site {
  rank: number;
  alpha: number;
  /** keys of the tensors; a B by its domain, counted from 1, or undefined where there is one for all */
  down: string;
  ups: ReadonlyMap<number | undefined, string>;
  /** y += ω bias */
  bias: string | undefined;
}

/** @throws EngineError `bad_weights`: `wrong-shape`, `missing-tensor`, `non-finite`, `unknown-format` */
export function branchOf(
  file: SafetensorsFile,
  { site, stem, down, ups, alpha: alphaKey, bias }: Pair,
  alphaInHeader: (layer: string, rank: number) => number,
): LoraBranch {
  const [up] = ups.values();
  if (down === undefined || up === undefined) {
    const [present, missing] = down === undefined ? [up!, partnerOf(up!)] : [down, partnerOf(down)];
    throw weightFault(
      file.path,
      `has ${shortKey(present)} but not ${shortKey(missing)}, and one is nothing without the other; get it again`,
      { error: "missing-tensor", tensor: missing },
    );
  }
  const height = site.rows[1] - site.rows[0];
  const rank = file.tensors.get(down)!.shape[0] ?? 0;
  checkTensor(file, down, [Math.max(1, rank), site.module.inFeatures]);
  for (const key of ups.values()) checkTensor(file, key, [height, rank]);
  if (bias !== undefined) checkTensor(file, bias, [height]);
  const layer = /^transformer\.(.+)/.exec(stem)?.[1];
  const inHeader = layer === undefined ? rank : alphaInHeader(layer, rank);
  const alpha = (alphaKey === undefined ? 0 : readAlpha(file, alphaKey)) || inHeader;
  return { ...site, rank, alpha, down, ups, bias };
}

/** One number; 0 means the rank, as an absent one does. */
function readAlpha(file: SafetensorsFile, key: string): number {
  checkTensor(file, key, file.tensors.get(key)!.shape.length === 0 ? [] : [1]);
  const alpha = readFloats(file, [key])[0]![0]!;
  if (!Number.isFinite(alpha)) throw notFinite(file, key);
  return alpha;
}

export const notFinite = ({ path }: SafetensorsFile, key: string) =>
  weightFault(
    path,
    `has numbers in ${shortKey(key)} that are not finite; its training went wrong`,
    {
      error: "non-finite",
      tensor: key,
    },
  );

/** @throws EngineError `bad_weights`: `wrong-shape`, `unknown-format` */
export function checkTensor(file: SafetensorsFile, key: string, wanted: readonly number[]): void {
  const { dtype, shape } = file.tensors.get(key)!;
  if (!isFloatType(dtype))
    throw weightFault(file.path, `holds ${shortKey(key)} as ${dtype}, which no LoRA is read from`, {
      error: "unknown-format",
      tensor: key,
    });
  if (shape.join() === wanted.join()) return;
  const control = /^img_in\b|_img_in\b/.test(key) && shape[1] === 2 * (wanted[1] ?? 0);
  const why = control
    ? "it is a control LoRA, which wants a second picture beside the page; take a style LoRA"
    : "is it a LoRA for FLUX.1?";
  throw weightFault(
    file.path,
    `${shortKey(key)}: tensor is ${shortShape(shape)}, config needs ${shortShape(wanted)}; ${why}`,
    { error: "wrong-shape", tensor: key, found: shape, wanted },
  );
}
