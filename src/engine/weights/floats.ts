// Small floats as float32 numbers, and back.

/** The types that hold plain numbers, and can be read as float32. */
export const floatTypes = ["F32", "F16", "BF16", "F8_E4M3", "F8_E5M2"] as const;
export type FloatType = (typeof floatTypes)[number];

export const isFloatType = (dtype: string): dtype is FloatType =>
  (floatTypes as readonly string[]).includes(dtype);

/** @param bytes - little endian, aligned */
export function toFloats(dtype: FloatType, bytes: ArrayBuffer): Float32Array {
  if (dtype === "F32") return new Float32Array(bytes);
  if (dtype === "BF16") return fromBrainFloats(new Uint16Array(bytes));
  const codes = dtype === "F16" ? new Uint16Array(bytes) : new Uint8Array(bytes);
  const values = tableOf(dtype);
  const floats = new Float32Array(codes.length);
  for (let i = 0; i < codes.length; i++) floats[i] = values[codes[i]!]!;
  return floats;
}

function fromBrainFloats(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16;
  return new Float32Array(bits.buffer);
}

/** Sign, exponent and fraction from the left; E4M3 has no infinity, and one NaN of each sign. */
const small = {
  F16: { bits: 16, fractionBits: 10, bias: 15 },
  F8_E4M3: { bits: 8, fractionBits: 3, bias: 7 },
  F8_E5M2: { bits: 8, fractionBits: 2, bias: 15 },
} as const;

const tables = new Map<keyof typeof small, Float32Array>();

/** The value of each code. */
function tableOf(dtype: keyof typeof small): Float32Array {
  const known = tables.get(dtype);
  if (known !== undefined) return known;
  const { bits, fractionBits, bias } = small[dtype];
  const exponents = 2 ** (bits - 1 - fractionBits);
  const table = Float32Array.from({ length: 2 ** bits }, (_, code) => {
    const sign = code >> (bits - 1) ? -1 : 1;
    const exponent = (code >> fractionBits) % exponents;
    const part = code % 2 ** fractionBits;
    const fraction = part / 2 ** fractionBits;
    if (dtype === "F8_E4M3" && exponent === 15 && part === 7) return NaN;
    if (dtype !== "F8_E4M3" && exponent === exponents - 1)
      return fraction === 0 ? sign * Infinity : NaN;
    return (
      sign * (exponent === 0 ? fraction * 2 ** (1 - bias) : (1 + fraction) * 2 ** (exponent - bias))
    );
  });
  tables.set(dtype, table);
  return table;
}

/** float32's bits of 2^−14, of 65,520 and of infinity, and how much its exponents are ahead of half precision's. */
const NORMAL = 0x38800000;
const BEYOND = 0x477ff000;
const INFINITE = 0x7f800000;
const AHEAD = 112 << 23;

/** Each number as the nearest half-precision one, ties to even; beyond 65,504 infinite. */
export function toHalves(floats: Float32Array): Uint16Array {
  const bits = new Uint32Array(floats.buffer, floats.byteOffset, floats.length);
  const halves = new Uint16Array(floats.length);
  for (let i = 0; i < floats.length; i++) {
    const sign = (bits[i]! >>> 16) & 0x8000;
    const size = bits[i]! & 0x7fffffff;
    if (size > INFINITE) halves[i] = 0x7e00;
    else if (size >= BEYOND) halves[i] = sign | 0x7c00;
    else if (size < NORMAL) halves[i] = sign | roundToEven(Math.abs(floats[i]!) * 2 ** 24);
    else halves[i] = sign | ((size - AHEAD + 0xfff + ((size >>> 13) & 1)) >>> 13);
  }
  return halves;
}

/** Each number as the nearest brain float, ties to even: the upper half of its bits. */
export function toBrainFloats(floats: Float32Array): Uint16Array {
  const bits = new Uint32Array(floats.buffer, floats.byteOffset, floats.length);
  return Uint16Array.from(bits, (value, i) =>
    Number.isNaN(floats[i]) ? 0x7fc0 : (value + 0x7fff + ((value >>> 16) & 1)) >>> 16,
  );
}

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
