// The wire format of protocol buffers, as far as ONNX files need it: varints, 32-bit floats and
// length-delimited fields.

/** Appends fields to a growing buffer. */
export class ProtobufWriter {
  #bytes = new Uint8Array(1 << 12);
  #length = 0;

  /** A copy of what has been written. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  /** @param value - non-negative safe integer; 0 is written too (ONNX distinguishes set from unset) */
  varint(field: number, value: number): this {
    this.#tag(field, 0);
    return this.#rawVarint(BigInt(value));
  }

  /** int64 fields take negative values as ten bytes of two's complement. */
  int64(field: number, value: number | bigint): this {
    this.#tag(field, 0);
    return this.#rawVarint(BigInt.asUintN(64, BigInt(value)));
  }

  float(field: number, value: number): this {
    this.#tag(field, 5);
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.#append(bytes);
  }

  bytes(field: number, value: Uint8Array): this {
    this.#tag(field, 2);
    this.#rawVarint(BigInt(value.length));
    return this.#append(value);
  }

  string(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  message(field: number, write: (inner: ProtobufWriter) => void): this {
    const inner = new ProtobufWriter();
    write(inner);
    return this.bytes(field, inner.#bytes.subarray(0, inner.#length));
  }

  #tag(field: number, wireType: number): void {
    this.#rawVarint(BigInt(field * 8 + wireType));
  }

  #rawVarint(value: bigint): this {
    const bytes: number[] = [];
    do {
      const rest = value >> 7n;
      bytes.push(Number(value & 0x7fn) | (rest > 0n ? 0x80 : 0));
      value = rest;
    } while (value > 0n);
    return this.#append(Uint8Array.from(bytes));
  }

  #append(bytes: Uint8Array): this {
    const needed = this.#length + bytes.length;
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length = needed;
    return this;
  }
}
