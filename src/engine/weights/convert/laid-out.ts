// Our own files of matrices in blocks: safetensors in which `X@quants`, `X@scales` and, where there are
// any, `X@zero_points` stand for the matrix X.
import { BLOCK_SIZE } from "../../graph/index.js";
import { shortKey, weightFault } from "../fault.js";
import type { SourceTensor, TensorMap } from "../source.js";

/** The header text that says so. */
export const BLOCKS_MARK = "makeanything_blocks";
export const BLOCKS_VERSION = "1";

export const quantsName = (name: string): string => `${name}@quants`;
export const scalesName = (name: string): string => `${name}@scales`;
export const zeroPointsName = (name: string): string => `${name}@zero_points`;

/** The tensors of such a file, its matrices put together again. */
export function foldBlocks(path: string, tensors: TensorMap): TensorMap {
  const folded: TensorMap = new Map();
  const parts = new Set<string>();
  for (const [quants, tensor] of tensors) {
    if (!quants.endsWith("@quants")) continue;
    const name = quants.slice(0, -"@quants".length);
    const scales = tensors.get(scalesName(name));
    const zeroPoints = tensors.get(zeroPointsName(name));
    const [rows = 0, blocks = 0, bytes = 0] = tensor.shape;
    const bits = (8 * bytes) / BLOCK_SIZE;
    const isWhole = (other: SourceTensor) => other.shape.join() === [rows, blocks].join();
    if (
      tensor.dtype !== "U8" ||
      (bits !== 4 && bits !== 8) ||
      scales === undefined ||
      ![scales, zeroPoints ?? scales].every(isWhole)
    )
      throw weightFault(path, `has ${shortKey(name)} in blocks that do not fit together`);
    for (const part of [quants, scalesName(name), zeroPointsName(name)]) parts.add(part);
    folded.set(name, {
      ...tensor,
      shape: [rows, blocks * BLOCK_SIZE],
      blocks: { bits, quants: tensor, scales, ...(zeroPoints && { zeroPoints }) },
    });
  }
  for (const [name, tensor] of tensors) if (!parts.has(name)) folded.set(name, tensor);
  return folded;
}
