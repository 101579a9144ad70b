// The safetensors format: eight bytes of length, a JSON header, and tensors one after the other.
import { closeSync, openSync, readSync } from "node:fs";
import { shortKey, weightFault } from "./fault.js";
import { floatTypes, isFloatType, toFloats } from "./floats.js";
import { parseHeader, type Dtype, type Header } from "./safetensors-header.js";
import { openWeightFile, readAt, refusePointer } from "./weight-file.js";

export { shortKey } from "./fault.js";
export type { Dtype, TensorEntry } from "./safetensors-header.js";

export interface SafetensorsFile extends Header {
  path: string;
  sizeBytes: number;
}

/** What the reference implementation allows a header to take. */
const MAX_HEADER_BYTES = 100_000_000;

/**
 * Reads and checks the header; tensors stay on the disk.
 * @throws EngineError `no_such_file`, or `bad_weights` that says what is wrong and where
 */
export async function openSafetensors(path: string): Promise<SafetensorsFile> {
  const file = await openWeightFile(path);
  try {
    const { size } = await file.stat();
    const start = await readAt(file, 0, 8);
    if (start.length < 8)
      throw weightFault(path, `has ${size} bytes, too few for a header; get it again`, {
        error: "truncated",
        bytes: size,
      });
    refusePointer(path, start);
    if (start.toString("latin1", 0, 4) === "GGUF")
      throw weightFault(path, "is a GGUF file under another name; rename it to end in .gguf", {
        error: "gguf",
      });
    const headerBytes = Number(start.readBigUInt64LE());
    if (headerBytes > MAX_HEADER_BYTES)
      throw weightFault(
        path,
        `claims a header of ${start.readBigUInt64LE()} bytes in a file of ${size}: these are no weights`,
      );
    const text = await readAt(file, 8, Math.min(headerBytes, size));
    if (text.length < headerBytes)
      throw weightFault(
        path,
        `is cut short: it claims a header of ${headerBytes} bytes in a file of ${size}; get it again`,
        { error: "truncated", bytes: size },
      );
    return { path, sizeBytes: size, ...parseHeader(path, text, 8 + headerBytes, size) };
  } finally {
    await file.close();
  }
}

/**
 * Reads some tensors of floats, whatever their width, as float32, in the order asked. Many small
 * reads: without waiting they take a tenth of the time.
 */
export function readFloats(file: SafetensorsFile, keys: string[]): Float32Array[] {
  return readTensors(file, keys, (key, dtype, bytes) => {
    if (!isFloatType(dtype))
      throw weightFault(
        file.path,
        `holds ${shortKey(key)} as ${dtype}; ${floatTypes.join(", ")} can be read here`,
        { error: "unknown-format", tensor: key },
      );
    return toFloats(dtype, bytes);
  });
}

/** Reads one tensor of I64, as numbers. */
export function readIntegers(file: SafetensorsFile, key: string): number[] {
  const [numbers] = readTensors(file, [key], (_, dtype, bytes) => {
    if (dtype !== "I64") throw weightFault(file.path, `holds ${key} as ${dtype}, expected I64`);
    return Array.from(new BigInt64Array(bytes), Number);
  });
  return numbers!;
}

function readTensors<T>(
  file: SafetensorsFile,
  keys: string[],
  convert: (key: string, dtype: Dtype, bytes: ArrayBuffer) => T,
): T[] {
  const descriptor = openSync(file.path, "r");
  try {
    return keys.map((key) => {
      const entry = file.tensors.get(key);
      if (entry === undefined)
        throw weightFault(file.path, `has no tensor ${key}`, {
          error: "missing-tensor",
          tensor: key,
        });
      const bytes = new Uint8Array(entry.length);
      for (let done = 0; done < bytes.length;) {
        const read = readSync(descriptor, bytes, done, bytes.length - done, entry.offset + done);
        if (read === 0) throw weightFault(file.path, `ends while ${key} is being read`);
        done += read;
      }
      return convert(key, entry.dtype, bytes.buffer);
    });
  } finally {
    closeSync(descriptor);
  }
}
