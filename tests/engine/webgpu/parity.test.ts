// The reference cases on WebGPU, in a process that has SwiftShader for a GPU. It is one of the devices
// whose fused attention is wrong from 32 tokens on, so this shows the self-test at work, too.
import { spawnSync } from "node:child_process";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import type { ParityResult } from "#src/engine/index.js";
import { temporaryFolder } from "../../support/temporary.js";
import { describeOnSwiftShader, swiftShader } from "./swiftshader.js";

const reference = fileURLToPath(new URL("../../reference", import.meta.url));
const cli = fileURLToPath(new URL("../../../dist/src/cli.js", import.meta.url));
/** Shaders are compiled and run by the processor. */
const PATIENCE_MS = 900_000;

describeOnSwiftShader("on WebGPU", () => {
  const folder = temporaryFolder();
  const home = temporaryFolder();
  let cases: ParityResult[];

  beforeAll(() => {
    cpSync(reference, folder, {
      recursive: true,
      // A loop is the transformer again, and again; the rest has nothing to do with a device.
      filter: (file) => !/cases.(sample|noise|schedule)|gradients|headers|clip-score/.test(file),
    });
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      [cli, "--provider", "webgpu", "--data-dir", home, "parity", folder, "--json"],
      { env: swiftShader(temporaryFolder()), encoding: "utf8", timeout: PATIENCE_MS },
    );
    expect(stderr).not.toContain("makeanything:");
    expect(status).toBe(0);
    ({ cases } = JSON.parse(stdout) as { cases: ParityResult[] });
  }, PATIENCE_MS);

  test("every network computes what the originals compute, LoRAs and all", () => {
    expect(cases.filter(({ pass }) => !pass)).toEqual([]);
    expect(cases.map(({ name }) => name)).toEqual([
      "autoencoder encode",
      "autoencoder decode",
      "clip",
      "t5-masked",
      "t5",
      "transformer-domain-1",
      "transformer-domain-2",
      "transformer-domain-3",
      "transformer-domain-and-style",
      "transformer-masked",
      "transformer",
    ]);
  });

  test("time embeddings keep all their bits: sines are the processor's", () => {
    for (const { name, relativeRms } of cases)
      if (name.startsWith("transformer")) expect(relativeRms).toBeLessThan(2e-5);
  });

  test("the self-test found the wrong attention, and remembers", () => {
    const [finding] = Object.values(
      JSON.parse(readFileSync(join(home, "cache", "devices.json"), "utf8")),
    );
    expect(finding).toEqual({
      computes: ["f32"],
      attention: "plain",
      found: expect.stringMatching(
        /^fused attention is off by \d+ %, plain attention is right and takes its place$/,
      ),
    });
  });
});
