// Configurations: what is wrong is said with its field, and only what decides the result ties a run.
import { readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "#src/config.js";
import { loadPlan, loadTrainingConfig } from "#src/training/index.js";
import { expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";
import { autoencoder, base, world, writeConfig, type Config } from "./tiny.js";

const root = temporaryFolder();
const load = (config: Config) => loadTrainingConfig(writeConfig(root, config, "config"));
const fingerprintOf = async (config: Config) => (await load(config)).fingerprint;

test.each([
  ["kind", { ...base, kind: "bass" }],
  ["steps", { ...base, steps: 0 }],
  ["steps", { ...base, steps: "many" }],
  ["learningRate.peak", { ...base, learningRate: { peak: -1 } }],
  ["learningRate", { ...base, learningRate: undefined }],
  ["learningRate.schedule", { ...base, learningRate: { peak: 1, schedule: "linear" } }],
  ["optimizer.name", { ...base, optimizer: { name: "sgd" } }],
  ["optimizer.betas", { ...base, optimizer: { name: "adamw", betas: [0.9] } }],
  ["average.share", { ...base, average: { share: 2, longest: 10 } }],
  ["sheetShare", { ...base, sheetShare: 1.5 }],
  ["batch.nine", { ...base, batch: { ...base.batch, nine: -1 } }],
  ["framePx", { ...autoencoder, framePx: 20 }],
  ["network.chMult", { ...autoencoder, network: { ...autoencoder.network, chMult: [] } }],
  ["pageShare.late", { ...autoencoder, pageShare: { early: 0, late: 2 } }],
  [
    "networks.t5.maxLength",
    {
      ...world,
      networks: { ...world.networks, t5: { ...world.networks.t5, maxLength: undefined } },
    },
  ],
  ["networks", { ...world, base: "model" }],
])("what is wrong with %s is said with its name", async (field, config) => {
  await expect(load(config)).rejects.toMatchObject({
    code: "bad_config",
    message: expect.stringContaining(`config.json: ${field}: `) as string,
  });
});

test("a field that does not exist is named", async () => {
  await expect(load({ ...base, stepz: 3 })).rejects.toMatchObject({
    code: "bad_config",
    message: expect.stringContaining("stepz") as string,
  });
});

test.each(["", "{", '{"kind":"base"}{', "\u0000"])("%j is no configuration", async (text) => {
  const file = path.join(root, "broken.json");
  writeFileSync(file, text);
  await expect(loadTrainingConfig(file)).rejects.toMatchObject({
    code: "bad_config",
    message: expect.stringContaining("broken.json: cannot be read as JSON") as string,
  });
});

test("a file that is not there is said to be missing", async () => {
  const file = path.join(root, "missing.json");
  const message = `${file}: there is no such file`;
  await expect(loadTrainingConfig(file)).rejects.toMatchObject({ code: "bad_config", message });
});

test("where a run lies and how often it is saved may change, what it learns may not", async () => {
  const before = await fingerprintOf(base);
  const harmless = { ...base, out: "elsewhere", saveEverySeconds: 9, previewEverySteps: 7 };
  expect(await fingerprintOf(harmless)).toBe(before);
  expect(await fingerprintOf({ ...base, optimizer: { name: "adamw" } })).not.toBe(before);
});

const adapters = ["asymmetric-lora", "recraft", "interpolation", "style"];
const whole = ["autoencoder", "world", "base", ...adapters];

test.each([
  { name: "embedded", kinds: whole, times: 1 },
  { name: "large", kinds: whole, times: 1 },
  { name: "ablation", kinds: ["world", ...adapters], times: 3 },
])("the recipes of $name can be read, and are in its plan", async ({ name, kinds, times }) => {
  const folder = path.join(packageRoot(), "recipes", name);
  const others = new Set(["plan.json", "comparisons.json"]);
  const files = readdirSync(folder).filter((file) => file.endsWith(".json") && !others.has(file));
  const parts = await loadPlan(path.join(folder, "plan.json"));
  expect(new Set(parts.map(({ config }) => config.kind))).toEqual(new Set(kinds));
  expect(parts).toHaveLength(times * files.length);
});

test("a plan names the part that cannot be read, before anything is computed", async () => {
  const good = writeConfig(root, base);
  const plan = (parts: unknown) => loadPlan(writeConfig(root, { kind: "plan", parts }));
  await expect(plan([])).rejects.toMatchObject({ code: "bad_config" });
  await expect(plan([path.basename(good), "absent.json"])).rejects.toMatchObject({
    code: "bad_config",
    message: expect.stringContaining("absent.json") as string,
  });
});

test("a plan does its parts for each of its seeds", async () => {
  const part = writeConfig(root, { ...base, out: "runs/{seed}", seed: "{seed}" });
  const parts = [path.basename(part)];
  const plan = writeConfig(root, { kind: "plan", parts, seeds: [3, 5] });
  const loaded = await loadPlan(plan);
  expect(loaded.map(({ config }) => config)).toMatchObject([
    { out: "runs/3", seed: 3 },
    { out: "runs/5", seed: 5 },
  ]);
  await expect(loadTrainingConfig(part)).rejects.toMatchObject({ code: "bad_config" });
});
