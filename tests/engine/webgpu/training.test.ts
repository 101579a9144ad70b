// Training on WebGPU, which SwiftShader stands for: the gradients of every network that is trained there,
// held against the processor's by what the losses of some steps come to.
import { spawnSync } from "node:child_process";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { temporaryFolder } from "../../support/temporary.js";
import { autoencoder, base, world, writeConfig, writeModel } from "../../training/tiny.js";
import { describeOnSwiftShader, swiftShader } from "./swiftshader.js";

const cli = fileURLToPath(new URL("../../../dist/src/cli.js", import.meta.url));
/** Shaders are compiled and run by the processor. */
const PATIENCE_MS = 900_000;
const STEPS = 4;

const { kind, ...shared } = base;
const trainings = {
  autoencoder: { ...autoencoder, model: "other", pageShare: { early: 0.5, late: 0.5 } },
  [kind]: { ...shared, kind },
  "asymmetric-lora": {
    ...shared,
    kind: "asymmetric-lora",
    out: "asymmetric-lora",
    rank: 2,
    batch: { nine: 1, four: 1 },
    sheetShare: undefined,
  },
};

describeOnSwiftShader("training on WebGPU", () => {
  const environment = swiftShader(temporaryFolder());
  const home = temporaryFolder();
  const start = temporaryFolder();
  const train = (provider: string, folder: string, what: string) => {
    const config = join(folder, `${what}.json`);
    const args = ["--provider", provider, "--data-dir", home, "train", what, "--config", config];
    const options = { env: environment, encoding: "utf8", timeout: PATIENCE_MS } as const;
    const { status, stderr } = spawnSync(process.execPath, [cli, ...args], options);
    expect(status, stderr).toBe(0);
  };
  beforeAll(async () => {
    await writeModel(join(start, "model"));
    writeConfig(start, world);
    for (const config of Object.values(trainings)) writeConfig(start, { ...config, steps: STEPS });
  }, PATIENCE_MS);

  test(
    "learns what the processor learns",
    () => {
      const losses = ["cpu", "webgpu"].map((provider) => {
        const folder = temporaryFolder();
        cpSync(start, folder, { recursive: true });
        train(provider, folder, "world");
        return Object.keys(trainings).flatMap((what) => {
          train(provider, folder, what);
          return lossesOf(join(folder, what));
        });
      });
      const [expected, seen] = losses as [number[], number[]];
      expect(seen).toHaveLength(3 * STEPS);
      seen.forEach((loss, i) => expect(loss / expected[i]!).toBeCloseTo(1, 3));
      expect(seen).not.toEqual(expected); // it was another device
    },
    PATIENCE_MS,
  );
});

const lossesOf = (run: string): number[] =>
  readFileSync(join(run, "log.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { loss: number }).loss);
