// Which form a tensor gets in a converted file.
import { BLOCK_SIZE } from "../../graph/index.js";
import { isFloatType, type FloatType } from "../floats.js";
import { isBlockType, type BlockType } from "../gguf.js";
import type { MatchedPiece } from "../match.js";
import { blockBits } from "./blocks.js";

/**
 * What matrices become. GGUF's blocks of as many bits or fewer stay what they are, and the layers before
 * and behind the transformer's blocks keep their numbers in all but `f16`.
 */
export type WeightForm = "f16" | "8-bit" | "4-bit";

export type Target =
  | { as: "copy"; dtype: FloatType }
  | { as: "numbers"; dtype: "F16" | "F32" }
  | { as: "laid-out"; type: BlockType }
  | { as: "quantized"; bits: 4 | 8 };

export interface TargetOptions {
  key: string;
  shape: readonly number[];
  pieces: readonly MatchedPiece[];
  /** whether it is nothing but the matrix of a product */
  isMatrix: boolean;
  form: WeightForm | undefined;
}

export function targetOf({ key, shape, pieces, isMatrix, form }: TargetOptions): Target {
  const dtype = commonType(pieces);
  if (isMatrix) {
    const isWhole = shape.at(-1)! % BLOCK_SIZE === 0;
    const bits = isWhole ? bitsOf(key, form) : undefined;
    if (isWhole && dtype !== undefined && isBlockType(dtype) && blockBits[dtype] <= (bits ?? 8))
      return { as: "laid-out", type: dtype };
    if (bits !== undefined) return { as: "quantized", bits };
    if (form === "f16" && dtype !== "F16") return { as: "numbers", dtype: "F16" };
  }
  if (dtype !== undefined && isFloatType(dtype)) return { as: "copy", dtype };
  return { as: "numbers", dtype: "F32" };
}

/** The modulation of all tokens is more delicate than what is done to each. */
function bitsOf(key: string, form: WeightForm | undefined): 4 | 8 | undefined {
  if (form === undefined || form === "f16" || !/^(double|single)_blocks\./.test(key))
    return undefined;
  return form === "8-bit" || /mod(ulation)?\.lin\./.test(key) ? 8 : 4;
}

/** The type of pieces whose bytes can be joined. */
function commonType(pieces: readonly MatchedPiece[]): string | undefined {
  const [first] = pieces;
  const isSame = pieces.every(
    ({ tensor, scale }) => tensor.dtype === first?.tensor.dtype && scale === undefined,
  );
  return isSame ? first?.tensor.dtype : undefined;
}
