// Writes safetensors files for tests.
import { writeFileSync } from "node:fs";

export interface TensorToWrite {
  dtype: string;
  shape: number[];
  data: Uint8Array;
}

export function encodeSafetensors(tensors: Record<string, TensorToWrite>): Buffer {
  let offset = 0;
  const header: Record<string, unknown> = {};
  for (const [key, { dtype, shape, data }] of Object.entries(tensors)) {
    header[key] = { dtype, shape, data_offsets: [offset, offset + data.length] };
    offset += data.length;
  }
  return withHeader(
    JSON.stringify(header),
    Buffer.concat(Object.values(tensors).map((t) => t.data)),
  );
}

/** A file with any header, true or not. */
export function withHeader(header: string | Buffer, data: Uint8Array): Buffer {
  const text = Buffer.from(header);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, data]);
}

export function writeSafetensors(path: string, tensors: Record<string, TensorToWrite>): void {
  writeFileSync(path, encodeSafetensors(tensors));
}

export const floatTensor = (shape: number[], values: Float32Array): TensorToWrite => ({
  dtype: "F32",
  shape,
  data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
});

/** The nearest half-precision number's bits. */
export function toFloat16Bits(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size === 0) return sign;
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  const mantissa = Math.round((size / 2 ** exponent) * 1024); // 1024 … 2048 where normal
  return sign + ((exponent + 14) << 10) + mantissa;
}
