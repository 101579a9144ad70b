// The pipeline where memory is short: networks come and leave; and where numbers go wrong on the way.
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readModelConfig } from "#src/engine/models/config.js";
import type { NetworkName } from "#src/engine/network-name.js";
import { Pipeline } from "#src/engine/pipeline.js";
import type { PaintProgress, PaintRequest } from "#src/engine/request.js";
import { openSafetensors } from "#src/engine/weights/safetensors.js";
import { embedded, redRocket } from "./red-rocket.js";
import { temporaryFolder } from "../support/temporary.js";

const config = await readModelConfig(embedded);
const names: NetworkName[] = ["t5", "clip", "encoder", "decoder", "modulation", "transformer"];
const needs = Object.fromEntries(names.map((name) => [name, 1])) as Record<NetworkName, number>;
const picture = {
  width: 64,
  height: 64,
  data: Uint8Array.from({ length: 3 * 64 * 64 }, (_, i) => (i * 37) % 256),
};

const request: PaintRequest = {
  ...redRocket,
  prompt: "3*3 of 9 sub-images, step-by-step sketch drawing process, a red rocket",
  widthPx: 128,
  heightPx: 128,
  known: [{ cell: { x: 64, y: 64, width: 64, height: 64 }, picture }],
};

test("room for one network at a time gives the same page", async () => {
  const roomy = new Pipeline(embedded, config);
  const narrow = new Pipeline(embedded, config, { modulation: "ahead", room: { bytes: 1, needs } });
  const phases: PaintProgress["phase"][] = [];
  const onProgress = ({ phase }: PaintProgress) => {
    if (phases.at(-1) !== phase) phases.push(phase);
  };
  try {
    const [one, other] = [await roomy.paint(request, {}), await narrow.paint(request, { onProgress })];
    const differences = one.page.data.map((value, i) => Math.abs(value - other.page.data[i]!));
    expect(Math.max(...differences)).toBeLessThanOrEqual(1); // rounding, where a sum was split
    expect(phases.splice(0)).toEqual(
      ["text", "load", "encode", "load", "sample", "load", "decode"],
    ); // prettier-ignore
    // The same prompt again needs neither text encoders nor modulation.
    await narrow.paint({ ...request, known: [], seed: 4 }, { onProgress });
    expect(phases).toEqual(["text", "load", "sample", "load", "decode"]);
  } finally {
    await Promise.all([roomy.close(), narrow.close()]);
  }
}); // prettier-ignore

describe("numbers that are not finite fail the job, and the phase is named", () => {
  test.each([
    ["text", "t5.safetensors", "encoder.final_layer_norm.weight"],
    ["text", "clip.safetensors", "text_model.final_layer_norm.bias"],
    ["encode", "ae.safetensors", "encoder.conv_out.bias"],
    ["sample", "flux.safetensors", "final_layer.linear.bias"],
    ["decode", "ae.safetensors", "decoder.conv_out.bias"],
  ])("%s, by a weight of %s", async (phase, name, key) => {
    const folder = temporaryFolder();
    cpSync(embedded, folder, { recursive: true, filter: (path) => !path.includes("cases") });
    const path = join(folder, name);
    const { offset, dtype } = (await openSafetensors(path)).tensors.get(key)!;
    expect(dtype).toBe("F16");
    const bytes = readFileSync(path);
    bytes.writeUInt16LE(0x7e00, offset); // NaN
    writeFileSync(path, bytes);
    const pipeline = new Pipeline(folder, config);
    try {
      await expect(pipeline.paint({ ...request, modelDir: folder }, {})).rejects.toMatchObject({
        code: "not_finite",
        message: expect.stringContaining(`the phase ${phase} gave numbers that are not finite`),
      });
    } finally {
      await pipeline.close();
    }
  });
});
