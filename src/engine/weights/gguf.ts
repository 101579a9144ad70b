// The GGUF format: metadata, tensor descriptions, and tensors one after the other, many of them in
// blocks of few bits. Dimensions stand in reverse order. The header comes from outside and is believed
// in nothing.
import { shortKey, shortShape, weightFault } from "./fault.js";
import { GgufReader, HeaderEnd, type GgufValue } from "./gguf-reader.js";
import { openWeightFile, readAt, refusePointer } from "./weight-file.js";

/** Elements and bytes of a block, by GGUF's number of the type. */
const types = new Map([
  [0, { dtype: "F32", elements: 1, bytes: 4 }],
  [1, { dtype: "F16", elements: 1, bytes: 2 }],
  [30, { dtype: "BF16", elements: 1, bytes: 2 }],
  [2, { dtype: "Q4_0", elements: 32, bytes: 18 }],
  [8, { dtype: "Q8_0", elements: 32, bytes: 34 }],
  [12, { dtype: "Q4_K", elements: 256, bytes: 144 }],
] as const);

/** What is met in files, and cannot be run yet. */
const otherTypes: Record<number, string> = {
  3: "Q4_1", 6: "Q5_0", 7: "Q5_1", 10: "Q2_K", 11: "Q3_K", 13: "Q5_K", 14: "Q6_K",
}; // prettier-ignore

const blockTypes = ["Q4_0", "Q8_0", "Q4_K"] as const;
export type BlockType = (typeof blockTypes)[number];

export const isBlockType = (dtype: string): dtype is BlockType =>
  (blockTypes as readonly string[]).includes(dtype);

export type GgufType = "F32" | "F16" | "BF16" | BlockType;

export interface GgufTensor {
  dtype: GgufType;
  /** rows first */
  shape: number[];
  /** bytes from the file's beginning */
  offset: number;
  length: number;
}

export interface GgufFile {
  path: string;
  sizeBytes: number;
  tensors: Map<string, GgufTensor>;
}

const MAX_HEADER_BYTES = 100_000_000;
/** of a file whose header begins to be read; it grows until the header is whole */
const FIRST_BYTES = 1 << 20;
const MAX_DIMENSIONS = 4;

/**
 * Reads and checks the header; tensors stay on the disk.
 * @throws EngineError `no_such_file`, or `bad_weights` that says what is wrong and where
 */
export async function openGguf(path: string): Promise<GgufFile> {
  const file = await openWeightFile(path);
  try {
    const { size } = await file.stat();
    for (let length = FIRST_BYTES; ; length *= 8) {
      const bytes = await readAt(file, 0, Math.min(length, size, MAX_HEADER_BYTES));
      refusePointer(path, bytes);
      try {
        return { path, sizeBytes: size, tensors: parseGguf(path, bytes, size) };
      } catch (error) {
        if (!(error instanceof HeaderEnd)) throw error;
        if (length < Math.min(size, MAX_HEADER_BYTES)) continue;
        throw weightFault(
          path,
          `is cut short: its ${size} bytes end within its header; get it again`,
          { error: "truncated", bytes: size },
        );
      }
    }
  } finally {
    await file.close();
  }
}

/** @throws HeaderEnd where the header goes on behind these bytes */
function parseGguf(path: string, bytes: Buffer, sizeBytes: number): Map<string, GgufTensor> {
  try {
    const reader = new GgufReader(bytes);
    if (reader.u32() !== 0x46554747) throw new RangeError("something else than GGUF's first bytes");
    const version = reader.u32();
    if (version !== 2 && version !== 3) throw new RangeError(`version ${version}, not 2 or 3`);
    const tensorCount = reader.u64();
    const metadata = readMetadata(reader, reader.u64());
    const described = readDescriptions(reader, tensorCount);
    return placeTensors(path, described, metadata, reader.position, sizeBytes);
  } catch (error) {
    if (error instanceof RangeError)
      throw weightFault(path, `has a header with ${error.message}`, undefined, error);
    throw error;
  }
}

function readMetadata(reader: GgufReader, count: number): Map<string, GgufValue> {
  const metadata = new Map<string, GgufValue>();
  for (let i = 0; i < count; i++) {
    const key = reader.text();
    if (metadata.has(key)) throw new RangeError(`${shortKey(key)} given twice`);
    metadata.set(key, reader.value());
  }
  return metadata;
}

interface Description {
  /** as stored, rows first */
  shape: number[];
  type: number;
  /** from the first tensor */
  offset: number;
}

function readDescriptions(reader: GgufReader, count: number): Map<string, Description> {
  const described = new Map<string, Description>();
  for (let i = 0; i < count; i++) {
    const name = reader.text();
    if (described.has(name)) throw new RangeError(`tensor ${shortKey(name)} described twice`);
    const rank = reader.u32();
    if (rank > MAX_DIMENSIONS)
      throw new RangeError(`tensor ${shortKey(name)} of ${rank} dimensions`);
    const shape = Array.from({ length: rank }, () => reader.u64()).toReversed();
    described.set(name, { shape, type: reader.u32(), offset: reader.u64() });
  }
  return described;
}

function placeTensors(
  path: string,
  described: Map<string, Description>,
  metadata: Map<string, GgufValue>,
  headerBytes: number,
  sizeBytes: number,
): Map<string, GgufTensor> {
  const alignment = metadata.get("general.alignment") ?? 32;
  if (typeof alignment !== "number" || alignment < 8 || alignment % 8 !== 0)
    throw new RangeError(`an alignment of ${alignment}`);
  const dataStart = Math.ceil(headerBytes / alignment) * alignment;
  const tensors = new Map<string, GgufTensor>();
  const byOffset = [...described].toSorted(([, a], [, b]) => a.offset - b.offset);
  let end = dataStart;
  for (const [name, { shape: stored, type, offset }] of byOffset) {
    const found = types.get(type as 0);
    if (found === undefined)
      throw weightFault(
        path,
        `holds ${shortKey(name)} as ${otherTypes[type] ?? `type ${type}`}; of GGUF's types F32, F16, BF16, Q8_0, Q4_0 and Q4_K can be run: get one of those`,
        { error: "unknown-format", tensor: name },
      );
    const { dtype, elements, bytes } = found;
    const count = stored.reduce((product, size) => product * size, 1);
    if (!Number.isSafeInteger(count) || (stored.at(-1) ?? 1) % elements !== 0)
      throw new RangeError(`tensor ${shortKey(name)} of ${shortShape(stored)} as ${dtype}`);
    const begin = dataStart + offset;
    if (begin < end) throw new RangeError(`overlapping tensors before ${shortKey(name)}`);
    end = begin + (count / elements) * bytes;
    const shape = trueShape(name, stored, metadata.get(`comfy.gguf.orig_shape.${name}`));
    tensors.set(name, { dtype, shape, offset: begin, length: end - begin });
  }
  const cut = [...tensors].find(([, { offset, length }]) => offset + length > sizeBytes)?.[0];
  if (cut !== undefined)
    throw weightFault(
      path,
      `is cut short: it has ${sizeBytes} bytes and should have ${end}, tensor ${shortKey(cut)} is not whole; get it again`,
      { error: "truncated", tensor: cut, bytes: sizeBytes, wantedBytes: end },
    );
  return tensors;
}

/** Matrices too narrow for a block are stored wider; ComfyUI's files say what they were. */
function trueShape(name: string, stored: number[], given: GgufValue): number[] {
  if (given === undefined) return stored;
  const count = (shape: number[]) => shape.reduce((product, size) => product * size, 1);
  if (!Array.isArray(given) || given.some((size) => size < 0) || count(given) !== count(stored))
    throw new RangeError(`an original shape of ${shortKey(name)} that does not fit`);
  return given;
}
