// The safetensors format: eight bytes of length, a JSON header, and tensors one after the other. The
// header comes from outside and is believed in nothing: names, types, shapes and offsets are checked
// against each other and against the file before anything points into it.
import { closeSync, openSync, readSync } from "node:fs";
import { open, stat, type FileHandle } from "node:fs/promises";
import { basename } from "node:path";
import { EngineError } from "../error.js";
import { toFloats } from "./floats.js";

/** Bytes of one element. */
const elementBytes = {
  BOOL: 1, U8: 1, I8: 1, F8_E4M3: 1, F8_E5M2: 1, F8_E8M0: 1,
  U16: 2, I16: 2, F16: 2, BF16: 2,
  U32: 4, I32: 4, F32: 4,
  U64: 8, I64: 8, F64: 8,
} as const; // prettier-ignore

export type Dtype = keyof typeof elementBytes;

export interface TensorEntry {
  dtype: Dtype;
  shape: number[];
  /** bytes from the file's beginning */
  offset: number;
  /** bytes */
  length: number;
}

export interface SafetensorsFile {
  path: string;
  sizeBytes: number;
  tensors: Map<string, TensorEntry>;
  metadata: Record<string, string>;
}

/** What the reference implementation allows a header to take. */
const MAX_HEADER_BYTES = 100_000_000;

/**
 * Reads and checks the header; tensors stay on the disk.
 * @throws EngineError `no_such_file`, or `bad_weights` that says what is wrong and where
 */
export async function openSafetensors(path: string): Promise<SafetensorsFile> {
  const file = await openFile(path);
  try {
    const { size } = await file.stat();
    if (size < 8) throw bad(path, `has ${size} bytes, too few for a header`);
    const start = await readExactly(file, path, 0, 8);
    if (start.toString() === "version ")
      throw bad(path, "is a Git LFS pointer, not the weights; fetch them with git lfs pull");
    const headerBytes = start.readBigUInt64LE();
    if (headerBytes > BigInt(Math.min(MAX_HEADER_BYTES, size - 8)))
      throw bad(path, `claims a header of ${headerBytes} bytes in a file of ${size}`);
    const text = await readExactly(file, path, 8, Number(headerBytes));
    return { path, sizeBytes: size, ...parseHeader(path, text, 8 + Number(headerBytes), size) };
  } finally {
    await file.close();
  }
}

/**
 * Reads some tensors as float32 (from F32, F16 or BF16), in the order asked. Many small reads: without
 * waiting they take a tenth of the time.
 */
export function readFloats(file: SafetensorsFile, keys: string[]): Float32Array[] {
  return readTensors(file, keys, (key, dtype, bytes) => {
    if (dtype !== "F32" && dtype !== "F16" && dtype !== "BF16")
      throw bad(file.path, `holds ${key} as ${dtype}; F32, F16 or BF16 can be read here`);
    return toFloats(dtype, bytes);
  });
}

/** Reads one tensor of I64, as numbers. */
export function readIntegers(file: SafetensorsFile, key: string): number[] {
  const [numbers] = readTensors(file, [key], (_, dtype, bytes) => {
    if (dtype !== "I64") throw bad(file.path, `holds ${key} as ${dtype}, expected I64`);
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
      if (entry === undefined) throw bad(file.path, `has no tensor ${key}`);
      const bytes = new Uint8Array(entry.length);
      for (let done = 0; done < bytes.length;) {
        const read = readSync(descriptor, bytes, done, bytes.length - done, entry.offset + done);
        if (read === 0) throw bad(file.path, `ends while ${key} is being read`);
        done += read;
      }
      return convert(key, entry.dtype, bytes.buffer);
    });
  } finally {
    closeSync(descriptor);
  }
}

function parseHeader(
  path: string,
  text: Buffer,
  dataStart: number,
  sizeBytes: number,
): Pick<SafetensorsFile, "tensors" | "metadata"> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(text));
  } catch (error) {
    throw bad(path, "has a header that is not JSON", error);
  }
  if (!isRecord(header)) throw bad(path, "has a header that is not a JSON object");
  const tensors = new Map<string, TensorEntry>();
  let metadata: Record<string, string> = {};
  for (const [key, value] of Object.entries(header)) {
    if (key === "__metadata__") metadata = parseMetadata(path, value);
    else tensors.set(key, parseEntry(path, shortKey(key), value, dataStart));
  }
  checkCoverage(path, tensors, dataStart, sizeBytes);
  return { tensors, metadata };
}

function parseMetadata(path: string, value: unknown): Record<string, string> {
  if (!isRecord(value) || !Object.values(value).every((item) => typeof item === "string"))
    throw bad(path, "has metadata that is not an object of strings");
  return value as Record<string, string>;
}

function parseEntry(path: string, key: string, value: unknown, dataStart: number): TensorEntry {
  if (!isRecord(value)) throw bad(path, `describes tensor ${key} by something else than an object`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== "string" || !Object.hasOwn(elementBytes, dtype))
    throw bad(path, `gives tensor ${key} the unknown type ${JSON.stringify(dtype)?.slice(0, 40)}`);
  if (!isSizes(shape))
    throw bad(path, `gives tensor ${key} a shape that is no list of whole numbers`);
  if (!isSizes(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!)
    throw bad(path, `gives tensor ${key} offsets that are no range`);
  const [begin, end] = offsets as [number, number];
  const needed = shape.reduce((product, size) => product * size, elementBytes[dtype as Dtype]);
  if (end - begin !== needed)
    throw bad(
      path,
      `gives tensor ${key} ${end - begin} bytes, but ${dtype} [${shape.slice(0, 8).join()}] takes ${needed}`,
    );
  return { dtype: dtype as Dtype, shape, offset: dataStart + begin, length: needed };
}

/** Tensors fill the data without overlap, gap or rest, as the format demands. */
function checkCoverage(
  path: string,
  tensors: Map<string, TensorEntry>,
  dataStart: number,
  sizeBytes: number,
): void {
  let expected = dataStart;
  const byOffset = [...tensors].toSorted(
    ([, a], [, b]) => a.offset - b.offset || a.length - b.length,
  );
  for (const [key, { offset, length }] of byOffset) {
    if (offset + length > sizeBytes)
      throw bad(
        path,
        `is cut short: tensor ${shortKey(key)} ends at byte ${offset + length}, the file at ${sizeBytes}; get it again`,
      );
    if (offset !== expected)
      throw bad(
        path,
        `has ${offset < expected ? "overlapping tensors" : "a gap"} before ${shortKey(key)}: it begins at byte ${offset}, expected ${expected}`,
      );
    expected = offset + length;
  }
  if (expected !== sizeBytes)
    throw bad(path, `has ${sizeBytes - expected} bytes behind its last tensor`);
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    if (!(await stat(path)).isFile()) throw bad(path, "is not a file"); // a pipe would never open
    return await open(path, "r");
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw new EngineError("no_such_file", `cannot open ${path}: is the model folder complete?`, {
      cause: error,
    });
  }
}

async function readExactly(file: FileHandle, path: string, offset: number, length: number) {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
  if (bytesRead < length)
    throw bad(path, `ends at byte ${offset + bytesRead} while it is being read`);
  return buffer;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isSizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);

/** A key may be as long as the header: messages show its beginning. */
export const shortKey = (key: string): string => (key.length > 120 ? `${key.slice(0, 120)}…` : key);

const bad = (path: string, what: string, cause?: unknown): EngineError =>
  new EngineError("bad_weights", `${basename(path)} ${what}`, { cause });
