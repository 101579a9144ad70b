// Writing safetensors files: whole or not at all. The file is written beside its place and renamed over
// it, so that a crash or a full disk never costs what was there before.
import { open, rename, rm } from "node:fs/promises";
import { EngineError } from "../error.js";
import { toBrainFloats, toHalves } from "./floats.js";

const stored = { F32: (data: Float32Array) => data, F16: toHalves, BF16: toBrainFloats } as const;

const elementBytes = { U8: 1, F8_E4M3: 1, F8_E5M2: 1, F16: 2, BF16: 2, F32: 4 } as const;

export interface TensorToWrite {
  shape: readonly number[];
  data: Float32Array;
}

/** Tensors whose numbers are there only when they are written. */
export interface TensorStream {
  tensors: { name: string; dtype: keyof typeof elementBytes; shape: readonly number[] }[];
  /** in the same order */
  read: () => Promise<ArrayBufferView[]> | ArrayBufferView[];
}

/**
 * @param dtype - what the numbers are stored as; the 16-bit ones round to nearest
 * @throws EngineError `cannot_write` when the disk is full or the folder closed
 */
export function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, TensorToWrite>,
  {
    dtype = "F32",
    metadata = {},
  }: { dtype?: "F32" | "F16" | "BF16"; metadata?: Record<string, string> } = {},
): Promise<void> {
  const streams = [...tensors].map(([name, { shape, data }]) => ({
    tensors: [{ name, dtype, shape }],
    read: () => [stored[dtype](data)],
  }));
  return writeStreamed(path, streams, metadata);
}

async function writeStreamed(
  path: string,
  streams: readonly TensorStream[],
  metadata: Record<string, string>,
): Promise<void> {
  const draft = `${path}.writing`;
  try {
    const file = await open(draft, "w");
    try {
      await file.writeFile(headerOf(streams, metadata));
      for (const { read } of streams)
        for (const { buffer, byteOffset, byteLength } of await read())
          await file.writeFile(new Uint8Array(buffer, byteOffset, byteLength));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {});
    if (error instanceof EngineError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineError("cannot_write", `cannot write ${path}: ${reason}`, { cause: error });
  }
}

/** What all tensors of a stream take, in bytes. */
export const streamBytes = ({ tensors }: TensorStream): number =>
  tensors.reduce((sum, tensor) => sum + tensorBytes(tensor), 0);

const tensorBytes = ({ dtype, shape }: TensorStream["tensors"][number]): number =>
  shape.reduce((product, size) => product * size, elementBytes[dtype]);

/** Length and JSON, padded so that the data begins at a multiple of eight. */
export function headerOf(
  streams: readonly TensorStream[],
  metadata: Record<string, string>,
): Buffer {
  let offset = 0;
  const header: Record<string, unknown> = { __metadata__: metadata };
  for (const tensor of streams.flatMap(({ tensors }) => tensors)) {
    const { name, dtype, shape } = tensor;
    const end = offset + tensorBytes(tensor);
    header[name] = { dtype, shape, data_offsets: [offset, end] };
    offset = end;
  }
  const json = JSON.stringify(header);
  const text = Buffer.from(json.padEnd(json.length + ((8 - (Buffer.byteLength(json) % 8)) % 8)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text]);
}
