// How the tensors of a converted file are made when their turn comes: one at a time is in memory.
import { BLOCK_SIZE, countOf } from "../../graph/index.js";
import { toHalves } from "../floats.js";
import type { BlockType } from "../gguf.js";
import type { MatchedPiece } from "../match.js";
import type { WeightSource } from "../source.js";
import type { TensorStream } from "../write.js";
import { blockBits, unpackBlocks } from "./blocks.js";
import { quantsName, scalesName, zeroPointsName } from "./laid-out.js";
import { quantizeInto } from "./quantize.js";
import type { Target } from "./target.js";
import { bytesOf, eachStretch } from "./values.js";

export interface Wanted {
  key: string;
  shape: readonly number[];
  pieces: readonly MatchedPiece[];
}

export function streamOf(source: WeightSource, wanted: Wanted, target: Target): TensorStream {
  const { key, shape, pieces } = wanted;
  switch (target.as) {
    case "copy":
      return {
        tensors: [{ name: key, dtype: target.dtype, shape }],
        read: async () => [await bytesOf(source, pieces)],
      };
    case "numbers":
      return numbers(source, wanted, target.dtype);
    case "laid-out":
      return laidOut(source, wanted, target.type);
    case "quantized":
      return quantized(source, wanted, target.bits);
  }
}

/** The first number that rounds to infinity as a half-precision one. */
const BEYOND_HALVES = 65520;

function numbers(
  source: WeightSource,
  { key, shape, pieces }: Wanted,
  dtype: "F16" | "F32",
): TensorStream {
  return {
    tensors: [{ name: key, dtype, shape }],
    async read() {
      const [into, limit] =
        dtype === "F16"
          ? [new Uint16Array(countOf(shape)), BEYOND_HALVES]
          : [new Float32Array(countOf(shape)), Infinity];
      await eachStretch(source, pieces, limit, (values, at) =>
        into.set(dtype === "F16" ? toHalves(values) : values, at),
      );
      return [into];
    },
  };
}

/** GGUF's blocks, exactly. */
function laidOut(
  source: WeightSource,
  { key, shape, pieces }: Wanted,
  type: BlockType,
): TensorStream {
  const grid = gridOf(shape);
  const tensors: TensorStream["tensors"] = [
    { name: quantsName(key), dtype: "U8", shape: [...grid, bytesPerBlock(blockBits[type])] },
    { name: scalesName(key), dtype: "F32", shape: grid },
  ];
  if (type === "Q4_K") tensors.push({ name: zeroPointsName(key), dtype: "F32", shape: grid });
  return {
    tensors,
    async read() {
      const { quants, scales, zeroPoints } = unpackBlocks(type, await bytesOf(source, pieces));
      return [quants, scales, ...(zeroPoints === undefined ? [] : [zeroPoints])];
    },
  };
}

function quantized(
  source: WeightSource,
  { key, shape, pieces }: Wanted,
  bits: 4 | 8,
): TensorStream {
  const grid = gridOf(shape);
  return {
    tensors: [
      { name: quantsName(key), dtype: "U8", shape: [...grid, bytesPerBlock(bits)] },
      { name: scalesName(key), dtype: "F16", shape: grid },
    ],
    async read() {
      const quants = new Uint8Array(countOf(grid) * bytesPerBlock(bits));
      const scales = new Uint16Array(countOf(grid));
      await eachStretch(source, pieces, BEYOND_HALVES, (values, at) =>
        quantizeInto({ bits, quants, scales }, values, at / BLOCK_SIZE),
      );
      return [quants, scales];
    },
  };
}

const gridOf = ([rows, columns]: readonly number[]): [number, number] => [
  rows!,
  columns! / BLOCK_SIZE,
];

const bytesPerBlock = (bits: 4 | 8): number => (BLOCK_SIZE * bits) / 8;
