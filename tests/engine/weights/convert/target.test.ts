import { expect, test } from "vitest";
import { targetOf, type WeightForm } from "#src/engine/weights/convert/target.js";
import type { MatchedPiece } from "#src/engine/weights/match.js";
import type { SourceTensor } from "#src/engine/weights/source.js";

const tensor = (dtype: SourceTensor["dtype"]): SourceTensor => ({
  dtype,
  shape: [],
  file: "",
  offset: 0,
  length: 0,
});

const piece = (dtype: SourceTensor["dtype"], isScaled = false): MatchedPiece => ({
  name: "",
  shape: [],
  tensor: tensor(dtype),
  ...(isScaled && { scale: tensor("F32") }),
});

const qkv = "double_blocks.0.img_attn.qkv.weight";
const modulation = "single_blocks.3.modulation.lin.weight";

test.each<[WeightForm | undefined, string, MatchedPiece[], object]>([
  ["8-bit", qkv, [piece("BF16")], { as: "quantized", bits: 8 }],
  ["4-bit", qkv, [piece("BF16")], { as: "quantized", bits: 4 }],
  ["4-bit", modulation, [piece("F16")], { as: "quantized", bits: 8 }],
  ["4-bit", "double_blocks.1.txt_mod.lin.weight", [piece("F16")], { as: "quantized", bits: 8 }],
  ["4-bit", "txt_in.weight", [piece("BF16")], { as: "copy", dtype: "BF16" }],
  ["4-bit", "final_layer.linear.weight", [piece("F8_E5M2")], { as: "copy", dtype: "F8_E5M2" }],
  ["4-bit", qkv, [piece("Q8_0")], { as: "quantized", bits: 4 }],
  ["4-bit", qkv, [piece("Q4_K")], { as: "laid-out", type: "Q4_K" }],
  ["8-bit", qkv, [piece("Q8_0")], { as: "laid-out", type: "Q8_0" }],
  ["8-bit", qkv, [piece("Q4_0")], { as: "laid-out", type: "Q4_0" }],
  ["f16", qkv, [piece("Q8_0")], { as: "laid-out", type: "Q8_0" }],
  ["f16", qkv, [piece("BF16")], { as: "numbers", dtype: "F16" }],
  ["f16", qkv, [piece("F16")], { as: "copy", dtype: "F16" }],
  ["f16", qkv, [piece("F8_E4M3", true)], { as: "numbers", dtype: "F16" }],
  ["f16", "txt_in.weight", [piece("BF16")], { as: "numbers", dtype: "F16" }],
  [undefined, qkv, [piece("F8_E4M3", true)], { as: "numbers", dtype: "F32" }],
  [undefined, qkv, [piece("F16"), piece("F16")], { as: "copy", dtype: "F16" }],
  [undefined, qkv, [piece("F16"), piece("BF16")], { as: "numbers", dtype: "F32" }],
])("for %s, %s of %o becomes %o", (form, key, pieces, target) => {
  expect(targetOf({ key, shape: [96, 64], pieces, isMatrix: true, form })).toEqual(target);
});

test("what is more than a matrix, or too narrow for blocks, stays numbers", () => {
  const shared = { key: qkv, pieces: [piece("Q8_0")], form: "8-bit" } as const;
  const numbers = { as: "numbers", dtype: "F32" };
  expect(targetOf({ ...shared, shape: [96], isMatrix: false })).toEqual(numbers);
  expect(targetOf({ ...shared, shape: [96, 48], isMatrix: true })).toEqual(numbers);
});
