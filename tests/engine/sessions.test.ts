import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { readModelConfig } from "#src/engine/models/config.js";
import type { NetworkName } from "#src/engine/network-name.js";
import { Networks, type NetworksOptions } from "#src/engine/networks.js";
import { CaseFile } from "#src/engine/parity/case-file.js";
import { conditions } from "#src/engine/parity/network-cases.js";
import { openSafetensors } from "#src/engine/weights/safetensors.js";
import { relativeRms } from "../support/relative-rms.js";
import { temporaryFolder } from "../support/temporary.js";

const folder = fileURLToPath(new URL("../reference/", import.meta.url));
const config = await readModelConfig(folder);
const names: NetworkName[] = ["t5", "clip", "encoder", "decoder", "modulation", "transformer"];
const needs = Object.fromEntries(names.map((name) => [name, 1])) as Record<NetworkName, number>;

const opened: Networks[] = [];
function open(options: NetworksOptions): Networks {
  const networks = new Networks(folder, config, options);
  opened.push(networks);
  return networks;
}
afterAll(() => Promise.all(opened.map((networks) => networks.close())));

const openIn = (networks: Networks) => names.filter((name) => networks.isOpen(name));
const transformer = new CaseFile(
  await openSafetensors(join(folder, "cases/transformer.safetensors")),
);
const input = (networks: Networks) => ({
  ...conditions(networks, transformer, []),
  img: transformer.floats("in.img"),
  timestep: 0.5,
});

describe("sessions leave", () => {
  test("when the next has no room beside them, and come back", async () => {
    const [roomy, narrow] = [open({}), open({ room: { bytes: 1, needs }, modulation: "ahead" })];
    const ids = Array.from({ length: 77 }, (_, i) => i);
    for (let job = 0; job < 2; job++) {
      expect(await narrow.poolText(ids)).toEqual(await roomy.poolText(ids));
      expect(openIn(narrow)).toEqual(["clip"]);
      const fixed = input(narrow);
      await narrow.modulate(fixed, [fixed.timestep]);
      expect(openIn(narrow)).toEqual(["modulation"]);
      await narrow.predict(fixed);
      expect(openIn(narrow)).toEqual(["transformer"]);
    }
  });

  test("the one that was opened first before the others", async () => {
    const networks = open({ room: { bytes: 3, needs } });
    for (const name of ["clip", "t5", "encoder", "decoder"] as const) await networks.open(name);
    expect(openIn(networks)).toEqual(["t5", "encoder", "decoder"]);
  });

  test("only as many as must, and even where the next has no room alone", async () => {
    const networks = open({ room: { bytes: 3, needs: { ...needs, t5: 2, transformer: 9 } } });
    for (const name of ["clip", "encoder", "decoder", "t5"] as const) await networks.open(name);
    expect(openIn(networks)).toEqual(["t5", "decoder"]);
    await networks.open("transformer");
    expect(openIn(networks)).toEqual(["transformer"]);
  });

  test("when they are told to, and others stay", async () => {
    const networks = open({});
    for (const name of ["clip", "t5"] as const) await networks.open(name);
    await networks.release("t5");
    await networks.release("decoder");
    expect(openIn(networks)).toEqual(["clip"]);
  });
});

test("what fits is known before it is opened", () => {
  const networks = open({ room: { bytes: 3, needs } });
  expect(networks.hold(["t5", "clip", "decoder"])).toBe(true);
  expect(networks.hold(["t5", "clip", "decoder", "encoder"])).toBe(false);
  expect(networks.hold(["t5", "t5", "t5", "t5"])).toBe(true);
  expect(open({}).hold(names)).toBe(true);
});

describe("a session that casts its weights at every run", () => {
  test.each([
    ["f32", 1e-6],
    ["f16", 1e-3],
  ] as const)("computes the same in %s", async (compute, limit) => {
    const once = open({ placeOf: () => ({ compute }) });
    const always = open({ placeOf: () => ({ compute, castsWhenRun: true }) });
    const [a, b] = [await always.predict(input(always)), await once.predict(input(once))];
    expect(relativeRms(a, b)).toBeLessThan(limit);
  });
});

describe("in float16, weights of", () => {
  const cacheFolder = temporaryFolder();
  test.each(["8-bit", "4-bit"] as const)("%s are what they are in float32", async (form) => {
    const wide = open({ form, cacheFolder });
    const half = open({ form, cacheFolder, placeOf: () => ({ compute: "f16" }) });
    const [a, b] = [await half.predict(input(half)), await wide.predict(input(wide))];
    const error = relativeRms(a, b);
    expect(error).toBeLessThan(2e-3);
    expect(error).toBeGreaterThan(1e-5);
  });
});
