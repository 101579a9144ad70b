import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parity, type ParityResult } from "#src/engine/index.js";
import { openSafetensors, readFloats } from "#src/engine/weights/safetensors.js";
import { floatTensor, toFloat16Bits, writeSafetensors } from "../support/safetensors.js";
import { temporaryFolder } from "../support/temporary.js";

const reference = fileURLToPath(new URL("../reference", import.meta.url));
const embedded = fileURLToPath(new URL("../../models/embedded", import.meta.url));

async function run(folder: string): Promise<ParityResult[]> {
  const results = [];
  for await (const result of parity(folder)) results.push(result);
  return results;
}

const failures = (results: ParityResult[]) => results.filter(({ pass }) => !pass);

describe("the engine computes what the originals compute", () => {
  test("every network, LoRA, loop, noise and schedule, from BF16 files", async () => {
    const results = await run(reference);
    expect(failures(results)).toEqual([]);
    const kinds = new Set(results.map(({ name }) => name.split(/[ -]/)[0]));
    expect([...kinds].toSorted()).toEqual(
      ["autoencoder", "clip", "noise", "sample", "schedule", "t5", "transformer"], // prettier-ignore
    );
  });

  test.each(["F32", "F16"] as const)("the same from %s files", async (dtype) => {
    const folder = temporaryFolder();
    cpSync(reference, folder, { recursive: true });
    for (const name of ["flux", "ae", "t5", "clip"]) {
      const file = await openSafetensors(join(reference, `${name}.safetensors`));
      const keys = [...file.tensors.keys()];
      const values = readFloats(file, keys);
      writeSafetensors(
        join(folder, `${name}.safetensors`),
        Object.fromEntries(
          keys.map((key, i) => {
            const { shape } = file.tensors.get(key)!;
            if (dtype === "F32") return [key, floatTensor(shape, values[i]!)];
            const halves = Uint16Array.from(values[i]!, toFloat16Bits);
            return [key, { dtype, shape, data: new Uint8Array(halves.buffer) }];
          }),
        ),
      );
    }
    expect(failures(await run(folder))).toEqual([]);
  });

  test("whole runs of the embedded model, from the prompt to the picture", async () => {
    const results = await run(embedded);
    expect(failures(results)).toEqual([]);
    const ending = (what: string) => results.filter(({ name }) => name.endsWith(` ${what}`));
    expect(ending("image")).toHaveLength(6);
    expect(ending("known")).toHaveLength(2);
  });
});

describe("parity fails where it should", () => {
  test("on a changed weight", async () => {
    const folder = temporaryFolder();
    cpSync(reference, folder, { recursive: true });
    const path = join(folder, "flux.safetensors");
    const bytes = readFileSync(path);
    const { offset } = (await openSafetensors(path)).tensors.get("img_in.weight")!;
    bytes.writeUInt16LE(0x4000, offset); // 2.0
    writeFileSync(path, bytes);
    const failed = failures(await run(folder)).map(({ name }) => name);
    expect(failed).toContain("transformer");
    expect(failed).not.toContain("t5");
  });

  test("on a run whose file is not there, and in a folder without cases", async () => {
    const folder = temporaryFolder();
    cpSync(embedded, folder, { recursive: true });
    rmSync(join(folder, "cases"), { recursive: true });
    await expect(run(folder)).rejects.toMatchObject({ code: "no_such_file" });
    mkdirSync(join(folder, "cases"));
    cpSync(join(embedded, "cases/cases.json"), join(folder, "cases/cases.json"));
    expect(failures(await run(folder))).toHaveLength(6);
  });

  test("on a case that cannot be run, with the reason", async () => {
    const folder = temporaryFolder();
    cpSync(reference, folder, { recursive: true });
    writeSafetensors(join(folder, "cases", "transformer-broken.safetensors"), {});
    const [failed, ...rest] = failures(await run(folder));
    expect(failed).toMatchObject({
      name: "transformer-broken",
      error: expect.stringContaining("in."),
    });
    expect(rest).toEqual([]);
  });
});
