// Numbers and texts of a GGUF header, one after the other. Nothing is believed: what does not fit into
// the bytes at hand ends the reading.
import { isUtf8 } from "node:buffer";

/** The bytes at hand end before the header does. */
export class HeaderEnd extends Error {}

/** Bytes of a value, by GGUF's number of its type; texts and lists have none of their own. */
const valueBytes = [1, 1, 2, 2, 4, 4, 4, 1, undefined, undefined, 8, 8, 8] as const;
const TEXT = 8;
const LIST = 9;

export type GgufValue = number | string | number[] | undefined;

export class GgufReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get position(): number {
    return this.#at;
  }

  u32(): number {
    return this.#take(4).readUInt32LE();
  }

  /** Beyond 2^53 it is rounded, and too large for anything. */
  u64(): number {
    return Number(this.#take(8).readBigUInt64LE());
  }

  text(): string {
    const bytes = this.#take(this.u64());
    if (!isUtf8(bytes)) throw new RangeError("bytes that are no text");
    return bytes.toString();
  }

  /** A value of the metadata: integers of 32 bits, lists of them and texts; others are passed over. */
  value(type = this.u32()): GgufValue {
    if (type === TEXT) return this.text();
    if (type === LIST) return this.#list();
    const size = valueBytes[type];
    if (size === undefined) throw new RangeError(`a value of the unknown type ${type}`);
    const bytes = this.#take(size);
    if (type === 4) return bytes.readUInt32LE();
    if (type === 5) return bytes.readInt32LE();
    return undefined;
  }

  #list(): number[] | undefined {
    const type = this.u32();
    const count = this.u64();
    if (type === LIST) throw new RangeError("a list of lists");
    if (type === TEXT) for (let i = 0; i < count; i++) this.#take(this.u64());
    else {
      const size = valueBytes[type];
      if (size === undefined) throw new RangeError(`a list of the unknown type ${type}`);
      const bytes = this.#take(count * size);
      if (type === 5) return Array.from({ length: count }, (_, i) => bytes.readInt32LE(4 * i));
    }
    return undefined;
  }

  #take(length: number): Buffer {
    if (length > this.#bytes.length - this.#at) throw new HeaderEnd();
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}
