// Types of numbers, and ONNX's numbers for them.

/** What can be computed with in half the bits: many digits in a small range, or few in float32's. */
export type HalfType = "F16" | "BF16";
export type FloatType = "F32" | HalfType;

export const onnxType = {
  F32: 1, U8: 2, I64: 7, F16: 10, BF16: 16, F8_E4M3: 17, F8_E5M2: 19,
} as const; // prettier-ignore
