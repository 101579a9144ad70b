import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EngineError } from "#src/engine/index.js";
import { openSafetensors, readFloats } from "#src/engine/weights/safetensors.js";
import {
  encodeSafetensors,
  floatTensor,
  toFloat16Bits,
  withHeader,
} from "../../support/safetensors.js";
import { temporaryFolder } from "../../support/temporary.js";

const folder = temporaryFolder();
const real = fileURLToPath(new URL("../../reference/clip.safetensors", import.meta.url));

function written(bytes: Uint8Array): string {
  const path = join(folder, "weights.safetensors");
  writeFileSync(path, bytes);
  return path;
}

const entry = (dtype: string, shape: unknown, offsets: unknown) =>
  JSON.stringify({ w: { dtype, shape, data_offsets: offsets } });

describe("hostile headers are refused", () => {
  const eight = new Uint8Array(8);
  test.each<[what: string, bytes: Uint8Array, message: RegExp]>([
    ["an empty file", new Uint8Array(0), /has 0 bytes/],
    ["seven bytes", new Uint8Array(7), /has 7 bytes/],
    ["a header longer than the file", Buffer.from("ffffff0000000000", "hex"), /claims a header/],
    [
      "a header of 2^64 − 1 bytes",
      Buffer.alloc(64, 0xff),
      /claims a header of 18446744073709551615/,
    ],
    ["a header cut in the middle", withHeader('{"w":{"dty', eight), /not JSON/],
    ["bytes that are not UTF-8", withHeader(Buffer.from([0x7b, 0xff, 0x7d]), eight), /not JSON/],
    [
      "a download's placeholder",
      Buffer.from("version https://git-lfs.github.com/spec/v1\n"),
      /Git LFS/,
    ],
    ["a list", withHeader("[]", eight), /not a JSON object/],
    ["nesting that would fill the stack", withHeader("[".repeat(1e6), eight), /not JSON/],
    ["a tensor that is a number", withHeader('{"w":1}', eight), /something else than an object/],
    ["an unknown type", withHeader(entry("F7", [2], [0, 8]), eight), /unknown type "F7"/],
    [
      "a type named like a method",
      withHeader(entry("toString", [2], [0, 8]), eight),
      /unknown type/,
    ],
    ["a negative size", withHeader(entry("F32", [-2], [0, 8]), eight), /shape that is no list/],
    ["a fractional size", withHeader(entry("F32", [0.5], [0, 2]), eight), /shape that is no list/],
    [
      "a size beyond 2^53",
      withHeader(entry("F32", [1e300], [0, 8]), eight),
      /shape that is no list/,
    ],
    [
      "sizes whose product overflows",
      withHeader(entry("F32", [2 ** 40, 2 ** 40], [0, 8]), eight),
      /takes/,
    ],
    ["offsets in the wrong order", withHeader(entry("F32", [2], [8, 0]), eight), /no range/],
    ["three offsets", withHeader(entry("F32", [2], [0, 4, 8]), eight), /no range/],
    [
      "a range of the wrong size",
      withHeader(entry("F64", [2], [0, 8]), eight),
      /8 bytes, but F64 \[2\] takes 16/,
    ],
    ["a tensor outside the file", withHeader(entry("F32", [4], [0, 16]), eight), /is cut short/],
    ["a gap", withHeader(entry("F32", [1], [4, 8]), eight), /a gap before w/],
    ["bytes left over", withHeader(entry("F32", [1], [0, 4]), eight), /4 bytes behind/],
    [
      "overlapping tensors",
      withHeader(
        '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}',
        eight,
      ),
      /overlapping tensors before b/,
    ],
    [
      "metadata that is no text",
      withHeader('{"__metadata__":{"a":1}}', new Uint8Array(0)),
      /metadata/,
    ],
  ])("%s", async (_, bytes, message) => {
    const error = await openSafetensors(written(bytes)).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(EngineError);
    expect(error).toMatchObject({ code: "bad_weights", message: expect.stringMatching(message) });
  });

  test("a missing file, a folder and a pipe", async () => {
    await expect(openSafetensors(join(folder, "nowhere"))).rejects.toMatchObject({
      code: "no_such_file",
    });
    await expect(openSafetensors(folder)).rejects.toMatchObject({
      code: "bad_weights",
      message: expect.stringContaining("is not a file"),
    });
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    await expect(openSafetensors(pipe)).rejects.toMatchObject({ code: "bad_weights" });
  });

  test("any change to a real file's header leads to an answer or a clear error", async () => {
    const bytes = readFileSync(real);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(4000), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        async (changes) => {
          const changed = Buffer.from(bytes);
          for (const [at, value] of changes) changed[at] = value;
          const outcome = await openSafetensors(written(changed)).catch((error: unknown) => error);
          if (outcome instanceof Error) expect(outcome).toBeInstanceOf(EngineError);
        },
      ),
      { numRuns: 200 },
    );
  });
});

test("tensors may begin at any byte", async () => {
  const odd = { dtype: "U8", shape: [3], data: Uint8Array.of(1, 2, 3) };
  const file = await openSafetensors(
    written(encodeSafetensors({ odd, w: floatTensor([2], Float32Array.of(1.5, -3)) })),
  );
  expect(readFloats(file, ["w"])).toEqual([Float32Array.of(1.5, -3)]);
});

test("a message shows the beginning of a key without end", async () => {
  const bytes = withHeader(`{"${"k".repeat(1e5)}":1}`, new Uint8Array(0));
  const error = (await openSafetensors(written(bytes)).catch((caught: Error) => caught)) as Error;
  expect(error.message.length).toBeLessThan(300);
});

test("a key named like a method of objects is a key like any other", async () => {
  const bytes = encodeSafetensors({ constructor: floatTensor([1], Float32Array.of(7)) });
  const file = await openSafetensors(written(bytes));
  expect(readFloats(file, ["constructor"])).toEqual([Float32Array.of(7)]);
});

test("half-precision numbers read as what they are", async () => {
  const values = [0, 1, -2.5, 65504, 2 ** -14, 2 ** -24, -(2 ** -20), 0.333251953125];
  const data = new Uint8Array(Uint16Array.from(values, toFloat16Bits).buffer);
  const file = await openSafetensors(
    written(encodeSafetensors({ w: { dtype: "F16", shape: [values.length], data } })),
  );
  expect(readFloats(file, ["w"])).toEqual([Float32Array.from(values)]);
});

test("numbers of eight bits read as what they are", async () => {
  const codes = Uint8Array.of(0x00, 0x01, 0x08, 0x38, 0x7e, 0x7f, 0xb8);
  const tensors = (dtype: string) => ({ w: { dtype, shape: [codes.length], data: codes } });
  const read = async (dtype: string) =>
    readFloats(await openSafetensors(written(encodeSafetensors(tensors(dtype)))), ["w"])[0];
  expect(await read("F8_E4M3")).toEqual(
    Float32Array.of(0, 2 ** -9, 2 ** -6, 1, 448, NaN, -1), // no infinity
  );
  expect(await read("F8_E5M2")).toEqual(
    Float32Array.of(0, 2 ** -16, 2 ** -13, 0.5, NaN, NaN, -0.5),
  );
});
