// 16-bit floats as float32 numbers.

/** @param bytes - little endian, aligned */
export function toFloats(dtype: "F32" | "F16" | "BF16", bytes: ArrayBuffer): Float32Array {
  if (dtype === "F32") return new Float32Array(bytes);
  const halves = new Uint16Array(bytes);
  const floats = new Float32Array(halves.length);
  if (dtype === "BF16") {
    const bits = new Uint32Array(floats.buffer);
    for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16;
  } else {
    const values = float16Table();
    for (let i = 0; i < halves.length; i++) floats[i] = values[halves[i]!]!;
  }
  return floats;
}

let table: Float32Array | undefined;

/** The value of each of the 65,536 half-precision numbers. */
function float16Table(): Float32Array {
  return (table ??= Float32Array.from({ length: 1 << 16 }, (_, half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 31;
    const fraction = (half & 1023) / 1024;
    if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
    return sign * (exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15));
  }));
}

/** Each number as the nearest half-precision one, ties to even; beyond 65,504 infinite. */
export function toHalves(floats: Float32Array): Uint16Array {
  const bits = new Uint32Array(1);
  const number = new Float32Array(bits.buffer);
  return Uint16Array.from(floats, (value) => {
    const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
    const size = Math.abs(value);
    if (Number.isNaN(value)) return 0x7e00;
    if (size >= 65520) return sign | 0x7c00;
    if (size < 2 ** -14) return sign | roundToEven(size * 2 ** 24);
    number[0] = size;
    const kept = bits[0]! - (112 << 23); // the exponent's bias is 15 instead of 127
    return sign | ((kept + 0xfff + ((kept >>> 13) & 1)) >>> 13);
  });
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
