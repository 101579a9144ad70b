// From a variant to what every session is opened with.
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readModelConfig } from "#src/engine/models/config.js";
import { networksOptions } from "#src/engine/networks-options.js";
import { Networks } from "#src/engine/networks.js";
import { CaseFile } from "#src/engine/parity/case-file.js";
import { conditions } from "#src/engine/parity/network-cases.js";
import { openSafetensors } from "#src/engine/weights/safetensors.js";
import { relativeRms } from "../support/relative-rms.js";
import { temporaryFolder } from "../support/temporary.js";

const folder = fileURLToPath(new URL("../reference/", import.meta.url));
const config = await readModelConfig(folder);

test("a small model stays whole on the processor, in float32", async () => {
  const options = await networksOptions(folder, config);
  expect(options).toMatchObject({ loras: "inputs", modulation: "inside" });
  expect(options.form).toBeUndefined();
  expect(options.room).toBeUndefined();
  expect(options.placeOf?.("transformer")).toEqual({});
});

test("a variant that is asked for decides all of it, and is run so", async () => {
  const cacheFolder = temporaryFolder();
  const options = await networksOptions(folder, config, { variant: "cpu-8bit", cacheFolder });
  expect(options).toMatchObject({ loras: "inputs", modulation: "ahead", form: "8-bit" });
  const device = { provider: "cpu", attention: "fused" };
  expect(options.placeOf?.("transformer")).toEqual({ device, compute: "f32", castsWhenRun: false });
  expect(options.placeOf?.("t5")).toEqual({ device, compute: "f32", castsWhenRun: true });
  expect(options.room!.bytes).toBeGreaterThan(options.room!.needs.transformer);

  const networks = new Networks(folder, config, options);
  const cases = new CaseFile(await openSafetensors(`${folder}cases/transformer.safetensors`));
  const found = await networks.predict({
    ...conditions(networks, cases, []),
    img: cases.floats("in.img"),
    timestep: cases.floats("in.timestep")[0]!,
  });
  expect(networks.isOpen("modulation")).toBe(true);
  await networks.close();
  const error = relativeRms(found, cases.floats("out.pred"));
  expect(error).toBeLessThan(0.02);
  expect(error).toBeGreaterThan(0.001);
});
