// What the pieces of a key hold, read one after the other: as bytes, or as numbers a stretch at a time.
import { weightFault, shortKey } from "../fault.js";
import { isFloatType, toFloats } from "../floats.js";
import { isBlockType } from "../gguf.js";
import type { MatchedPiece } from "../match.js";
import { filePath, type SourceTensor, type WeightSource } from "../source.js";
import { openWeightFile, readAt } from "../weight-file.js";
import { blockValues, unpackBlocks } from "./blocks.js";

/** Of Q4_K, in numbers. */
const LARGEST_BLOCK = 256;
/** In numbers; a multiple of every format's blocks. */
const STRETCH = 1 << 20;

/** The bytes of all pieces, joined. */
export async function bytesOf(
  source: WeightSource,
  pieces: readonly MatchedPiece[],
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (const { tensor, rows } of pieces) parts.push(await tensorBytes(source, tensor, rows));
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
}

/**
 * Hands over the numbers of all pieces, scaled.
 * @param limit - what a number must stay below in size
 * @param use - gets whole stretches, and how many numbers came before
 * @throws EngineError `bad_weights` where a number is none, or too large
 */
export async function eachStretch(
  source: WeightSource,
  pieces: readonly MatchedPiece[],
  limit: number,
  use: (values: Float32Array, at: number) => void,
): Promise<void> {
  let at = 0;
  for (const { name, tensor, rows, scale } of pieces) {
    const { dtype } = tensor;
    const factor = scale && (await oneNumber(source, scale));
    const bytes = await tensorBytes(source, tensor, rows);
    const [first, end] = rows ?? [0, tensor.shape[0] ?? 1];
    const perRow = tensor.shape.slice(1).reduce((product, size) => product * size, 1);
    const count = (end - first) * perRow;
    for (let done = 0; done < count; done += STRETCH) {
      const length = Math.min(STRETCH, count - done);
      const begin = (done / count) * bytes.length;
      const stretch = bytes.subarray(begin, begin + (length / count) * bytes.length);
      const values = numbersOf(source, name, dtype, stretch);
      if (factor !== undefined) for (let i = 0; i < values.length; i++) values[i]! *= factor;
      const broken = firstBeyond(values, limit);
      if (broken >= 0)
        throw weightFault(
          source.path,
          `holds ${shortKey(name)} with the number ${values[broken]}, which cannot be converted`,
          { error: "non-finite", tensor: name },
        );
      use(values, at);
      at += length;
    }
  }
}

/** −1 where all are smaller in size. */
function firstBeyond(values: Float32Array, limit: number): number {
  for (let i = 0; i < values.length; i++) if (!(Math.abs(values[i]!) < limit)) return i;
  return -1;
}

function numbersOf(
  source: WeightSource,
  name: string,
  dtype: SourceTensor["dtype"],
  bytes: Uint8Array,
): Float32Array {
  if (isBlockType(dtype)) return blockValues(unpackBlocks(dtype, bytes));
  if (isFloatType(dtype)) return toFloats(dtype, new Uint8Array(bytes).buffer);
  throw weightFault(source.path, `holds ${shortKey(name)} as ${dtype}, which are no weights`, {
    error: "unknown-format",
    tensor: name,
  });
}

async function oneNumber(source: WeightSource, scale: SourceTensor): Promise<number> {
  return numbersOf(source, "a scale", scale.dtype, await tensorBytes(source, scale))[0]!;
}

/** The bytes of a tensor, or of some of its rows. */
export async function tensorBytes(
  source: WeightSource,
  tensor: SourceTensor,
  rows?: readonly [number, number],
): Promise<Uint8Array> {
  const { dtype, shape, offset, length } = tensor;
  if (rows !== undefined && isBlockType(dtype) && shape.at(-1)! % LARGEST_BLOCK !== 0)
    throw weightFault(source.path, "has blocks across the halves of a tensor that are swapped", {
      error: "unknown-format",
    });
  const rowBytes = rows === undefined ? 0 : length / shape[0]!;
  const [begin, end] = rows?.map((row) => row * rowBytes) ?? [0, length];
  const file = await openWeightFile(filePath(source, tensor));
  try {
    const bytes = await readAt(file, offset + begin!, end! - begin!);
    if (bytes.length < end! - begin!)
      throw weightFault(source.path, "ends while it is being read", { error: "truncated" });
    return bytes;
  } finally {
    await file.close();
  }
}
