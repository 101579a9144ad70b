import { expect, test } from "vitest";
import { checkKeys } from "#src/engine/weights/check.js";
import type { Dtype, SafetensorsFile } from "#src/engine/weights/safetensors.js";

const key = "double_blocks.0.img_attn.qkv.weight";
const expected = new Map([[key, [384, 128]]]);

function file(tensors: Record<string, [Dtype, number[]]>): SafetensorsFile {
  const entries = Object.entries(tensors).map(
    ([name, [dtype, shape]]) => [name, { dtype, shape, offset: 0, length: 0 }] as const,
  );
  return {
    path: "/models/flux.safetensors",
    sizeBytes: 0,
    metadata: {},
    tensors: new Map(entries),
  };
}

test("a missing tensor is named, with the shape that is needed", () => {
  expect(() => checkKeys(file({}), expected)).toThrow(
    `flux.safetensors ${key}: missing tensor, file has none, config needs [384, 128]`,
  );
});

test("a misshaped tensor is named, with both shapes", () => {
  expect(() => checkKeys(file({ [key]: ["BF16", [192, 64]] }), expected)).toThrow(
    `flux.safetensors ${key}: tensor is [192, 64], config needs [384, 128]; is this the right model.json?`,
  );
});

test("an extra tensor is named, with its shape", () => {
  const both = file({ [key]: ["BF16", [384, 128]], "other.weight": ["BF16", [7]] });
  expect(() => checkKeys(both, expected)).toThrow(
    "flux.safetensors other.weight: extra tensor, file has [7], config needs none",
  );
});

test("a type that cannot be computed with is named", () => {
  expect(() => checkKeys(file({ [key]: ["I8", [384, 128]] }), expected)).toThrow("tensor is I8");
});

test("tensors that public files repeat or carry along are let pass", () => {
  const carried = file({
    [key]: ["F16", [384, 128]],
    "encoder.embed_tokens.weight": ["F16", [10, 4]],
    "text_model.embeddings.position_ids": ["I64", [1, 77]],
  });
  expect(() => checkKeys(carried, expected)).not.toThrow();
});
