// Styles as a person adds and uses them: the built file, the embedded model.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "#src/config.js";
import { openSafetensors } from "#src/engine/train/index.js";
import type { Procedure } from "#src/procedures/index.js";
import type { DomainList, ProcedureRecord } from "#src/tools/index.js";
import { beforeAll, describe, expect, test } from "vitest";
import { writeStyleLora } from "../support/style-lora.js";
import { temporaryFolder } from "../support/temporary.js";

const home = temporaryFolder();
const work = temporaryFolder();
const bin = path.join(packageRoot(), "dist", "src", "cli.js");
const env = { ...process.env, MAKEANYTHING_HOME: home, MAKEANYTHING_THREADS: "1" };

function run(...args: string[]) {
  return spawnSync(process.execPath, [bin, ...args], { cwd: work, env, encoding: "utf8" });
}

function runJson<Result>(...args: string[]): Result {
  const { stdout, stderr, status } = run(...args, "--json");
  expect([status, status === 0 ? "" : stderr]).toEqual([0, ""]);
  return JSON.parse(stdout) as Result;
}

const last = "lora_unet_single_blocks_5_linear2.lora_down.weight";
const lines = path.join(work, "lines.safetensors");
beforeAll(() => writeStyleLora(lines, { b: 5 }));

test("a style is added, painted with, carried on by new steps, and removed", () => {
  expect(run("adapters", "list").stdout).toMatch(
    /^blueprint: a style.*\n +comes with the model\n$/,
  );
  const flags = ["--name", "Pencil Lines", "--trigger", "sketch drawing", "--weight", "0.9"];
  const added = run("adapters", "add", "lines.safetensors", ...flags);
  expect([added.status, added.stderr]).toEqual([0, ""]);
  expect(added.stdout).toMatch(/pencil_lines: a style, weight 0\.9, trigger “sketch drawing”/);
  expect(added.stdout).toMatch(/It changes 48 layers of the model “embedded”/);
  expect(runJson<DomainList>("domains").styles).toMatchObject([
    { name: "blueprint", installed: true },
    { name: "pencil_lines", installed: true },
  ]);
  expect(runJson("adapters", "list")).toMatchObject({
    styles: [{ slug: "blueprint" }, { slug: "pencil_lines", fits: true }],
    domains: [],
  });
  const training = run("train", "domain", "--frames", ".", "--name", "pencil_lines");
  expect(training.stderr).toMatch(/a style is called pencil_lines; take another name/);

  const blend = ["--domain", "lego:0.7,icon:0.3", "--style", "pencil-lines:0.5"];
  const paint = ["generate", "a red castle", ...blend, "--frames", "4", "--seed", "3"];
  const made = runJson<ProcedureRecord>(...paint, "--out", "made");
  const styles = [{ name: "pencil_lines", weight: 0.5 }];
  expect(made).toMatchObject({ domain: "lego", mix: { lego: 0.7, icon: 0.3 }, styles });
  const manifest = JSON.parse(readFileSync(made.manifest.file, "utf8")) as Procedure;
  expect(manifest.adapters).toEqual([
    { name: "asymmetric", domain: "lego", version: expect.stringMatching(/^\w{12}$/), weight: 0.7 },
    { name: "asymmetric", domain: "icon", version: expect.stringMatching(/^\w{12}$/), weight: 0.3 },
    { name: "pencil_lines", version: expect.stringMatching(/^\w{12}$/), weight: 0.5 },
  ]);

  const refine = ["refine", made.procedure_id, "--between", "2", "3"];
  expect(runJson<ProcedureRecord>(...refine).styles).toEqual(styles);
  expect(run("adapters", "remove", "pencil lines").stdout).toBe("Removed pencil_lines.\n");
  expect(run(...refine).stderr).toMatch(/unknown style “pencil_lines”; one of blueprint/);
  expect(runJson<ProcedureRecord>(...refine, "--no-style").styles).toBeUndefined();
  expect(existsSync(lines)).toBe(true);
});

describe("a file is looked at before it is taken in:", () => {
  const add = (file: string, ...flags: string[]) =>
    run("adapters", "add", file, "--name", "other", ...flags);

  test("tensors that have no place are named", async () => {
    const file = path.join(work, "more.safetensors");
    const tensor = { shape: [4, 4], data: new Float32Array(16) };
    await writeStyleLora(file, { extra: { "lora_te1_text_model.lora_down.weight": tensor } });
    expect(add(file).stdout).toMatch(
      /Warning: more.safetensors: tensors that have no place .* lora_te1_text_model/,
    );
    run("adapters", "remove", "other");
  });

  test("numbers that are not finite, in the last of its matrices too", async () => {
    const file = path.join(work, "broken.safetensors");
    const { shape } = (await openSafetensors(lines)).tensors.get(last)!;
    const count = shape[0]! * shape[1]!;
    const data = new Float32Array(count).fill(NaN, count - 1);
    await writeStyleLora(file, { extra: { [last]: { shape, data } } });
    expect(add(file).stderr).toMatch(/broken.safetensors .* not finite/);
  });

  test.each([
    [
      "another model's",
      ["tests", "reference", "style_lora.safetensors"],
      /is it a LoRA for FLUX\.1/,
    ],
    ["all domains at once", ["models", "embedded", "asymmetric.safetensors"], /of \d+ domains/],
    ["no weights at all", ["package.json"], /these are no weights/],
    ["nowhere", ["nowhere"], /there is no such file/],
  ])("%s is refused, and nothing is left", (_, parts, words) => {
    const { status, stderr } = add(path.join(packageRoot(), ...parts));
    expect(status).toBe(1);
    expect(stderr).toMatch(words);
    expect(readdirSync(path.join(home, "adapters"))).toEqual([]);
  });
});

test.each([
  [["--domain", "lego:0.6,sketch"], /a mix names each domain once, with its weight/],
  [["--domain", "lego:0.6,lego:0.4"], /a mix names each domain once, with its weight/],
  [["--domain", "lego:x"], /goes lego, or of a mix lego:0.6,sketch:0.4/],
  [["--domain", "lego", "--style", "paper:"], /goes watercolor or watercolor:0.8/],
  [["--domain", "lego", "--style", "paper:1"], /unknown style “paper”/],
])("generate %j says what goes", (flags, words) => {
  const { status, stderr } = run("generate", "a star", ...flags);
  expect([status, words.test(stderr) ? "" : stderr]).toEqual([1, ""]);
});
