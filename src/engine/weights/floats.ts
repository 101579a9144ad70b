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
