// Writing safetensors files: whole or not at all. The file is written beside its place and renamed over
// it, so that a crash or a full disk never costs what was there before.
import { open, rename, rm } from "node:fs/promises";
import { EngineError } from "../error.js";
import { toBrainFloats, toHalves } from "./floats.js";

const stored = { F32: (data: Float32Array) => data, F16: toHalves, BF16: toBrainFloats } as const;

export interface TensorToWrite {
  shape: readonly number[];
  data: Float32Array;
}

/**
 * @param dtype - what the numbers are stored as; the 16-bit ones round to nearest
 * @throws EngineError `cannot_write` when the disk is full or the folder closed
 */
export async function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, TensorToWrite>,
  {
    dtype = "F32",
    metadata = {},
  }: { dtype?: "F32" | "F16" | "BF16"; metadata?: Record<string, string> } = {},
): Promise<void> {
  const elementBytes = dtype === "F32" ? 4 : 2;
  let offset = 0;
  const header: Record<string, unknown> = { __metadata__: metadata };
  for (const [name, { shape, data }] of tensors) {
    const end = offset + elementBytes * data.length;
    header[name] = { dtype, shape, data_offsets: [offset, end] };
    offset = end;
  }
  const json = JSON.stringify(header);
  const text = Buffer.from(json.padEnd(json.length + ((8 - (Buffer.byteLength(json) % 8)) % 8)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));

  const draft = `${path}.writing`;
  try {
    const file = await open(draft, "w");
    try {
      await file.writeFile(Buffer.concat([length, text]));
      for (const { data } of tensors.values()) {
        const numbers = stored[dtype](data);
        await file.writeFile(
          new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength),
        );
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {});
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineError("cannot_write", `cannot write ${path}: ${reason}`, { cause: error });
  }
}
