import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EngineError } from "#src/engine/index.js";
import { openGguf } from "#src/engine/weights/gguf.js";
import { encodeGguf } from "../../support/gguf.js";
import { temporaryFolder } from "../../support/temporary.js";

const folder = temporaryFolder();

function written(bytes: Uint8Array): string {
  const path = join(folder, "flux.gguf");
  writeFileSync(path, bytes);
  return path;
}

const blocks = { type: 8, shape: [2, 64], data: new Uint8Array(2 * 2 * 34) };
const bias = { type: 0, shape: [3], data: new Uint8Array(12) };
const good = encodeGguf({ "img_in.weight": blocks, "img_in.bias": bias });

/** The same file with some bytes of its header replaced. */
function changed(at: number, ...bytes: number[]): Buffer {
  const copy = Buffer.from(good);
  copy.set(bytes, at);
  return copy;
}
const huge = [255, 255, 255, 255, 255, 255, 255, 127];

test("tensors are found where they lie, rows first", async () => {
  const { tensors } = await openGguf(written(good));
  const [weight, other] = [tensors.get("img_in.weight")!, tensors.get("img_in.bias")!];
  expect(weight).toMatchObject({ dtype: "Q8_0", shape: [2, 64], length: 136 });
  expect(other).toMatchObject({ dtype: "F32", shape: [3], length: 12 });
  expect(other.offset - weight.offset).toBe(160); // 136, aligned to 32
  expect(other.offset + 32).toBe(good.length);
});

test("a matrix that was stored wider has its true shape", async () => {
  const wide = { type: 12, shape: [1, 256], data: new Uint8Array(144) };
  const file = encodeGguf({ w: wide }, { "comfy.gguf.orig_shape.w": [4, 64] });
  expect((await openGguf(written(file))).tensors.get("w")!.shape).toEqual([4, 64]);
  const wrong = encodeGguf({ w: wide }, { "comfy.gguf.orig_shape.w": [4, 63] });
  await expect(openGguf(written(wrong))).rejects.toMatchObject({
    details: { error: "malformed" },
  });
});

test("a long header is read to its end", async () => {
  const file = encodeGguf({ bias }, { long: "x".repeat(3 << 20), "general.architecture": "flux" });
  expect((await openGguf(written(file))).tensors.size).toBe(1);
});

describe("hostile headers are refused:", () => {
  const placeholder = Buffer.from("version https://git-lfs.github.com/spec/v1\n");
  test.each<[what: string, bytes: Uint8Array, error: string]>([
    ["an empty file", new Uint8Array(), "truncated"],
    ["four bytes", good.subarray(0, 4), "truncated"],
    ["half a header", good.subarray(0, 70), "truncated"],
    ["half of the data", good.subarray(0, good.length - 40), "truncated"],
    ["a placeholder", placeholder, "git-lfs-pointer"],
    ["another format", changed(0, 0x50), "malformed"],
    ["a version of the future", changed(4, 9), "malformed"],
    ["tensors without number", changed(8, ...huge), "malformed"],
    ["values without number", changed(16, ...huge), "truncated"],
    ["a key without end", changed(24, ...huge), "truncated"],
    [
      "a value of an unknown type",
      changed(24 + 8 + "general.architecture".length, 99),
      "malformed",
    ],
    ["a type that is not known", encodeGguf({ w: { ...blocks, type: 14 } }), "unknown-format"],
    [
      "rows that are no whole blocks",
      encodeGguf({ w: { ...blocks, shape: [4, 33] } }),
      "malformed",
    ],
    [
      "more elements than 2^53",
      encodeGguf({ w: { ...blocks, shape: [2 ** 40, 2 ** 40] } }),
      "malformed",
    ],
    ["five dimensions", encodeGguf({ w: { ...bias, shape: [1, 1, 1, 1, 3] } }), "malformed"],
    ["a tensor longer than the file", encodeGguf({ w: { ...bias, shape: [999] } }), "truncated"],
    ["overlapping tensors", encodeGguf({ a: { ...bias, shape: [9] }, b: bias }), "malformed"],
  ])("%s", async (_, bytes, error) => {
    await expect(openGguf(written(bytes))).rejects.toMatchObject({
      code: "bad_weights",
      details: { error },
    });
  });

  test("any change to a header leads to an answer or a clear error", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(170), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        fc.nat(good.length),
        async (changes, cut) => {
          const bytes = Buffer.from(good);
          for (const [at, byte] of changes) bytes[at] = byte;
          for (const hostile of [bytes, bytes.subarray(0, cut)]) {
            const outcome = await openGguf(written(hostile)).catch((error: unknown) => error);
            if (outcome instanceof Error) expect(outcome).toBeInstanceOf(EngineError);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
