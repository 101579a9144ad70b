// The header of a safetensors file. It comes from outside and is believed in nothing: names, types,
// shapes and offsets are checked against each other and against the file before anything points into it.
import { shortKey, shortShape, weightFault } from "./fault.js";

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

export interface Header {
  tensors: Map<string, TensorEntry>;
  metadata: Record<string, string>;
}

/**
 * @param path - for messages
 * @param text - the header's JSON
 * @param dataStart - bytes before the first tensor
 * @param sizeBytes - of the whole file
 * @throws EngineError `bad_weights` that says what is wrong and where
 */
export function parseHeader(
  path: string,
  text: Uint8Array,
  dataStart: number,
  sizeBytes: number,
): Header {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(text));
  } catch (error) {
    throw weightFault(path, "has a header that is not JSON", undefined, error);
  }
  if (!isRecord(header)) throw weightFault(path, "has a header that is not a JSON object");
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
    throw weightFault(path, "has metadata that is not an object of strings");
  return value as Record<string, string>;
}

function parseEntry(path: string, key: string, value: unknown, dataStart: number): TensorEntry {
  const refuse = (what: string) => {
    throw weightFault(path, what);
  };
  if (!isRecord(value)) return refuse(`describes tensor ${key} by something else than an object`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== "string" || !Object.hasOwn(elementBytes, dtype))
    return refuse(`gives tensor ${key} the unknown type ${JSON.stringify(dtype)?.slice(0, 40)}`);
  if (!isSizes(shape))
    return refuse(`gives tensor ${key} a shape that is no list of whole numbers`);
  if (!isSizes(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!)
    return refuse(`gives tensor ${key} offsets that are no range`);
  const [begin, end] = offsets as [number, number];
  const needed = shape.reduce((product, size) => product * size, elementBytes[dtype as Dtype]);
  if (end - begin !== needed)
    return refuse(
      `gives tensor ${key} ${end - begin} bytes, but ${dtype} ${shortShape(shape)} takes ${needed}`,
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
  const byOffset = [...tensors].toSorted(
    ([, a], [, b]) => a.offset - b.offset || a.length - b.length,
  );
  let end = dataStart;
  for (const [key, { offset, length }] of byOffset) {
    if (offset !== end)
      throw weightFault(
        path,
        `has ${offset < end ? "overlapping tensors" : "a gap"} before ${shortKey(key)}: it begins at byte ${offset}, expected ${end}`,
      );
    end = offset + length;
  }
  const cut = byOffset.find(([, { offset, length }]) => offset + length > sizeBytes)?.[0];
  if (cut !== undefined)
    throw weightFault(
      path,
      `is cut short: it has ${sizeBytes} bytes and should have ${end}, tensor ${shortKey(cut)} is not whole; get it again`,
      { error: "truncated", tensor: cut, bytes: sizeBytes, wantedBytes: end },
    );
  if (end !== sizeBytes)
    throw weightFault(path, `has ${sizeBytes - end} bytes behind its last tensor`);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isSizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
