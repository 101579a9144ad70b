// A GGUF file laid out once for the runtime: its matrices as quants, scales and zero points, what else
// is in blocks as plain numbers, and the rest byte for byte. One tensor is in memory at a time.
import { createHash } from "node:crypto";
import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { BLOCK_SIZE } from "../../graph/index.js";
import { weightFault } from "../fault.js";
import { fingerprint } from "../fingerprint.js";
import type { BlockType } from "../gguf.js";
import { filePath, isInBlocks, type SourceTensor, type WeightSource } from "../source.js";
import { openWeightFile, readAt } from "../weight-file.js";
import { writeStreamed, type TensorStream } from "../write.js";
import { blockValues, unpackBlocks } from "./blocks.js";
import { BLOCKS_MARK, BLOCKS_VERSION, quantsName, scalesName, zeroPointsName } from "./laid-out.js";

/**
 * @param matrices - tensors of the source that only feed products of matrices
 * @param folder - where such files are kept; made where it is not there
 * @returns the file, which is made where it has not been before
 * @throws EngineError `cannot_write` when the disk is full or the folder closed
 */
export async function layOutBlocks(
  source: WeightSource,
  matrices: ReadonlySet<SourceTensor>,
  folder: string,
): Promise<string> {
  const asBlocks = ([, tensor]: [string, SourceTensor]) =>
    matrices.has(tensor) && isInBlocks(tensor) && tensor.shape.at(-1)! % BLOCK_SIZE === 0;
  const names = [...source.tensors].filter(asBlocks).map(([name]) => name);
  const version = createHash("sha256")
    .update(JSON.stringify([BLOCKS_VERSION, await fingerprint(source.path), names]))
    .digest("hex");
  const path = join(folder, `${version.slice(0, 24)}.safetensors`);
  if (await exists(path)) return path;

  await mkdir(folder, { recursive: true });
  const kept = new Set(names);
  const streams = [...source.tensors].map(([name, tensor]) =>
    kept.has(name)
      ? blockStream(source, name, tensor)
      : isInBlocks(tensor)
        ? valueStream(source, name, tensor)
        : copyStream(source, name, tensor),
  );
  await writeStreamed(path, streams, { [BLOCKS_MARK]: BLOCKS_VERSION });
  return path;
}

function blockStream(source: WeightSource, name: string, tensor: SourceTensor): TensorStream {
  const type = tensor.dtype as BlockType;
  const [rows, columns] = tensor.shape as [number, number];
  const grid = [rows, columns / BLOCK_SIZE];
  const bytes = type === "Q8_0" ? BLOCK_SIZE : BLOCK_SIZE / 2;
  const tensors: TensorStream["tensors"] = [
    { name: quantsName(name), dtype: "U8", shape: [...grid, bytes] },
    { name: scalesName(name), dtype: "F32", shape: grid },
  ];
  if (type === "Q4_K") tensors.push({ name: zeroPointsName(name), dtype: "F32", shape: grid });
  return {
    tensors,
    async read() {
      const { quants, scales, zeroPoints } = unpackBlocks(type, await bytesOf(source, tensor));
      return [quants, scales, ...(zeroPoints === undefined ? [] : [zeroPoints])];
    },
  };
}

const valueStream = (source: WeightSource, name: string, tensor: SourceTensor): TensorStream => ({
  tensors: [{ name, dtype: "F32", shape: tensor.shape }],
  read: async () => [
    blockValues(unpackBlocks(tensor.dtype as BlockType, await bytesOf(source, tensor))),
  ],
});

const copyStream = (source: WeightSource, name: string, tensor: SourceTensor): TensorStream => ({
  tensors: [{ name, dtype: tensor.dtype as "F32" | "F16" | "BF16", shape: tensor.shape }],
  read: async () => [await bytesOf(source, tensor)],
});

async function bytesOf(source: WeightSource, tensor: SourceTensor): Promise<Buffer> {
  const file = await openWeightFile(filePath(source, tensor));
  try {
    const bytes = await readAt(file, tensor.offset, tensor.length);
    if (bytes.length < tensor.length) throw weightFault(source.path, "ends while it is being read");
    return bytes;
  } finally {
    await file.close();
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
