// `makeanything doctor` and `setup` as a person types them, on a machine with next to nothing.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "#src/config.js";
import { headerOf, sparse, tokenizer } from "../doctor/disk.js";
import { temporaryFolder } from "../support/temporary.js";

const bin = path.join(packageRoot(), "dist", "src", "cli.js");
const home = temporaryFolder();
const weights = path.join(home, "weights");
const { HF_HOME: _, HF_HUB_CACHE: __, ...others } = process.env;
const env = { ...others, HOME: home, MAKEANYTHING_HOME: path.join(home, "data"), COMFYUI_PATH: path.join(home, "gone") }; // prettier-ignore

const run = (...args: string[]) =>
  spawnSync(process.execPath, [bin, ...args], {
    env: { ...env, MAKEANYTHING_MODEL_FOLDERS: weights },
    encoding: "utf8",
  });

test("doctor is content with the small model, and says the same as one object", () => {
  const { stdout, status } = run("doctor");
  expect(status).toBe(0);
  expect(stdout).toMatch(/^The model in use\n {2}ok +embedded +the small model/);
  expect(stdout).toMatch(/\n {2}missing +model folder +~\/weights\n/);
  const told = JSON.parse(run("doctor", "--json").stdout);
  expect(told).toMatchObject({ ok: true, world: { model: { name: "embedded", faults: [] } } });
});

test("doctor is not content with a model whose file is another thing", () => {
  const folder = path.join(home, "broken");
  mkdirSync(folder);
  const model = path.join(packageRoot(), "models", "embedded", "model.json");
  writeFileSync(path.join(folder, "model.json"), readFileSync(model));
  writeFileSync(path.join(folder, "flux.safetensors"), "<html>");
  const { stdout, status } = run("doctor", "--model-dir", folder);
  expect(status).toBe(1);
  expect(stdout).toMatch(/wrong +transformer: flux\.safetensors is a web page/);
  expect(stdout).toMatch(/wrong +clip: .*broken\/clip\.safetensors leads to nothing/);
  expect(stdout).toMatch(/Next\n {2}take modelDir out of config\.json/);
});

test("setup says what is missing; with all of it there it makes a model that can be named", () => {
  const without = run("setup");
  expect([without.status, without.stderr]).toEqual([
    1,
    "makeanything: FLUX.1-dev is not complete: flux1-dev, ae, t5xxl-fp16, clip-l, clip-tokenizer, t5-tokenizer not found; makeanything models pull flux1-dev ae t5xxl-fp16 clip-l clip-tokenizer t5-tokenizer --alone fetches what is missing, makeanything doctor says what is there\n",
  ]);
  for (const name of ["flux1-dev", "ae", "t5xxl", "clip_l"] as const)
    sparse(path.join(weights, `${name}.safetensors`), headerOf(name));
  sparse(path.join(weights, "nine.safetensors"), headerOf("asymmetric_lora_9f_general"), { touched: /lora_ups/ }); // prettier-ignore
  tokenizer(path.join(weights, "t5"), "t5");
  tokenizer(path.join(weights, "clip"), "clip");
  const { stdout, status } = run("setup");
  const folder = path.join(home, "data", "models", "flux1-dev");
  expect(status).toBe(0);
  expect(stdout).toContain(`{ "modelDir": ${JSON.stringify(folder)} }`);
  expect(stdout).toContain("Domains: lego, cook, painting, icon, landscape, portrait,");
  const domains = JSON.parse(run("domains", "--json", "--model-dir", folder).stdout);
  expect(domains.domains.filter(({ installed }: { installed: boolean }) => installed)).toHaveLength(
    10,
  );
  expect(run("doctor", "--model-dir", folder).stdout).toMatch(/^The model in use\n {2}ok +flux1-dev +a model folder, 33\.9 GB\n/); // prettier-ignore
});
