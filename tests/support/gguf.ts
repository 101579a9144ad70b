// Writes GGUF files for tests.
export interface GgufTensorToWrite {
  /** GGUF's number of the type */
  type: number;
  /** rows first */
  shape: number[];
  data: Uint8Array;
}

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

const u64 = (value: number | bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};

const text = (value: string): Buffer =>
  Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)]);

/** A metadata value: a text, or a list of INT32. */
const value = (given: string | number[]): Buffer =>
  typeof given === "string"
    ? Buffer.concat([u32(8), text(given)])
    : Buffer.concat([u32(9), u32(5), u64(given.length), ...given.map(u32)]);

const ALIGNMENT = 32;
const padded = (bytes: Uint8Array): Buffer =>
  Buffer.concat([bytes, Buffer.alloc((ALIGNMENT - (bytes.length % ALIGNMENT)) % ALIGNMENT)]);

export function encodeGguf(
  tensors: Record<string, GgufTensorToWrite>,
  metadata: Record<string, string | number[]> = { "general.architecture": "flux" },
): Buffer {
  const named = Object.entries(tensors);
  const notes = Object.entries(metadata);
  let offset = 0;
  const described = named.map(([name, { type, shape, data }]) => {
    const at = offset;
    offset += padded(data).length;
    const sizes = shape.toReversed().map(u64);
    return Buffer.concat([text(name), u32(shape.length), ...sizes, u32(type), u64(at)]);
  });
  const header = Buffer.concat([
    Buffer.from("GGUF"),
    u32(3),
    u64(named.length),
    u64(notes.length),
    ...notes.flatMap(([key, given]) => [text(key), value(given)]),
    ...described,
  ]);
  return Buffer.concat([padded(header), ...named.map(([, { data }]) => padded(data))]);
}
