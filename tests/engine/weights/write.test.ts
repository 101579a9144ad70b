import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  symlinkSync,
} from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { toFloats, toHalves } from "#src/engine/weights/floats.js";
import { openSafetensors, readFloats } from "#src/engine/weights/safetensors.js";
import { writeSafetensors, type TensorToWrite } from "#src/engine/weights/write.js";
import { temporaryFolder } from "../../support/temporary.js";

const root = temporaryFolder();
let folder: string;
let path: string;
beforeEach(({ task }) => {
  folder = join(root, task.id);
  mkdirSync(folder);
  path = join(folder, "weights.safetensors");
});

const tensor = (shape: number[], data: Float32Array): TensorToWrite => ({ shape, data });

async function read(file: string) {
  const opened = await openSafetensors(file);
  const keys = [...opened.tensors.keys()];
  const floats = readFloats(opened, keys);
  return {
    metadata: opened.metadata,
    tensors: new Map(
      keys.map((key, i) => [key, { shape: opened.tensors.get(key)!.shape, data: floats[i]! }]),
    ),
    dtypes: new Set([...opened.tensors.values()].map(({ dtype }) => dtype)),
  };
}

const half = (value: number): number => toHalves(Float32Array.of(value))[0]!;
const valueOf = (bits: number): number => toFloats("F16", Uint16Array.of(bits).buffer)[0]!;

describe("a written file is read back", () => {
  const name = fc.string({ minLength: 1, unit: "grapheme" }).map((text) => `w.${text}`);
  const float = fc.float({ noNaN: true, noDefaultInfinity: true });
  const tensors = fc.dictionary(
    name,
    fc
      .tuple(fc.nat(3), fc.nat(4))
      .chain(([rows, columns]) =>
        fc
          .array(float, { minLength: rows * columns, maxLength: rows * columns })
          .map((numbers) => tensor([rows, columns], Float32Array.from(numbers))),
      ),
    { maxKeys: 5, noNullPrototype: true },
  );
  const metadata = fc.dictionary(name, fc.string({ unit: "grapheme" }), { noNullPrototype: true });

  test("with names in any script, empty tensors and metadata, bit for bit", async () => {
    await fc.assert(
      fc.asyncProperty(tensors, metadata, async (record, notes) => {
        const expected = new Map(Object.entries(record));
        await writeSafetensors(path, expected, { metadata: notes });
        const found = await read(path);
        expect(found.metadata).toEqual(notes);
        expect(found.tensors).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });

  test("a scalar, and a part of a larger array", async () => {
    const all = Float32Array.of(1, 2, 3, 4);
    const expected = new Map([
      ["scalar", tensor([], Float32Array.of(7))],
      ["part", tensor([2], all.subarray(1, 3))],
    ]);
    await writeSafetensors(path, expected);
    expect((await read(path)).tensors).toEqual(expected);
  });

  test("as half-precision numbers", async () => {
    const data = Float32Array.of(1, 0.1, -2.5, 1e-7, 70000);
    await writeSafetensors(path, new Map([["w", tensor([5], data)]]), { dtype: "F16" });
    const { dtypes, tensors: found } = await read(path);
    expect(dtypes).toEqual(new Set(["F16"]));
    expect(found.get("w")!.data).toEqual(
      Float32Array.of(1, 0.0999755859375, -2.5, 2 ** -23, Infinity),
    );
  });

  test("tensors begin at multiples of 8 bytes, and nothing else is left in the folder", async () => {
    for (const key of ["w", "ww", "www", "ü"]) {
      await writeSafetensors(path, new Map([[key, tensor([1], Float32Array.of(1))]]));
      expect((await openSafetensors(path)).tensors.get(key)!.offset % 8).toBe(0);
    }
    expect(readdirSync(folder)).toEqual(["weights.safetensors"]);
  });
});

describe("a write that fails leaves what was there, and no draft", () => {
  const before = new Map([["w", tensor([2], Float32Array.of(1, 2))]]);
  const after = new Map([["w", tensor([20_000], new Float32Array(20_000))]]);

  async function expectRefused(reason: string): Promise<void> {
    await expect(writeSafetensors(path, after)).rejects.toMatchObject({
      code: "cannot_write",
      message: expect.stringMatching(
        new RegExp(`^cannot write .*weights.safetensors: .*${reason}`),
      ),
    });
  }

  test.skipIf(!existsSync("/dev/full"))("on a full disk", async () => {
    await writeSafetensors(path, before);
    symlinkSync("/dev/full", `${path}.writing`);
    await expectRefused("ENOSPC");
    expect(readdirSync(folder)).toEqual(["weights.safetensors"]);
    expect((await read(path)).tensors).toEqual(before);
  });

  test("where no draft can be opened", async () => {
    await writeSafetensors(path, before);
    mkdirSync(`${path}.writing`);
    await expectRefused("EISDIR");
    expect((await read(path)).tensors).toEqual(before);
  });

  test("where the draft cannot take its place", async () => {
    mkdirSync(join(path, "full"), { recursive: true });
    await expectRefused("");
    expect(readdirSync(folder)).toEqual(["weights.safetensors"]);
    expect(readdirSync(path)).toEqual(["full"]);
  });

  test("where the folder is gone", async () => {
    path = join(folder, "gone", "weights.safetensors");
    await expectRefused("ENOENT");
    expect(readdirSync(folder)).toEqual([]);
  });

  test.skipIf(process.getuid?.() === 0)("in a folder that is closed", async () => {
    await writeSafetensors(path, before);
    chmodSync(folder, 0o555);
    try {
      await expectRefused("EACCES");
    } finally {
      chmodSync(folder, 0o755);
    }
    expect(readdirSync(folder)).toEqual(["weights.safetensors"]);
    expect((await read(path)).tensors).toEqual(before);
  });
});

test("whoever has the old file open goes on reading the old file", async () => {
  const one = (value: number) => new Map([["w", tensor([1], Float32Array.of(value))]]);
  await writeSafetensors(path, one(1));
  const old = readFileSync(path);
  const descriptor = openSync(path, "r");
  await writeSafetensors(path, one(2));
  expect(readFileSync(descriptor)).toEqual(old);
  closeSync(descriptor);
  expect((await read(path)).tensors).toEqual(one(2));
});

describe("half-precision numbers", () => {
  test.each([
    ["0", 0, 0x0000],
    ["−0", -0, 0x8000],
    ["1", 1, 0x3c00],
    ["−2", -2, 0xc000],
    ["a third", 1 / 3, 0x3555],
    ["the largest", 65504, 0x7bff],
    ["the last that rounds to it", 65519.996, 0x7bff],
    ["a tie at the top: infinite", 65520, 0x7c00],
    ["far above", 1e30, 0x7c00],
    ["−∞", -Infinity, 0xfc00],
    ["NaN", NaN, 0x7e00],
    ["the smallest normal", 2 ** -14, 0x0400],
    ["just below: rounds up to it", 2 ** -14 - 2 ** -26, 0x0400],
    ["the largest subnormal", 2 ** -14 - 2 ** -24, 0x03ff],
    ["the smallest subnormal", 2 ** -24, 0x0001],
    ["its half: a tie, to 0", 2 ** -25, 0x0000],
    ["a little more than its half", 2 ** -25 * 1.0001, 0x0001],
    ["one and a half of it: a tie, to 2", 1.5 * 2 ** -24, 0x0002],
    ["two and a half: a tie, to 2", -2.5 * 2 ** -24, 0x8002],
    ["float32's smallest", 2 ** -149, 0x0000],
    ["a tie, down to even", 1 + 2 ** -11, 0x3c00],
    ["a tie, up to even", 1 + 3 * 2 ** -11, 0x3c02],
    ["a tie that carries into the exponent", 2 - 2 ** -11, 0x4000],
  ])("%s", (_, value, bits) => {
    expect(half(value).toString(16)).toBe(bits.toString(16));
  });

  test("every one of them is kept, and what lies halfway goes to the even neighbour", () => {
    const finite = Array.from({ length: 0x7c00 }, (_, bits) => bits);
    for (const sign of [0, 0x8000]) {
      const floats = Float32Array.from(finite, (bits) => valueOf(sign | bits));
      expect(toHalves(floats)).toEqual(Uint16Array.from(finite, (bits) => sign | bits));
      const middles = floats.subarray(1).map((value, i) => (value + floats[i]!) / 2);
      expect(toHalves(middles)).toEqual(
        Uint16Array.from(finite.slice(1), (bits) => sign | (bits % 2 === 0 ? bits : bits - 1)),
      );
    }
  });
});
