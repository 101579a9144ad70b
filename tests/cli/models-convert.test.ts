// `makeanything models convert` as a person types it.
import { spawnSync } from "node:child_process";
import { readFileSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "#src/config.js";
import { expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";

const bin = path.join(packageRoot(), "dist", "src", "cli.js");
const reference = path.join(packageRoot(), "tests", "reference");
const env = { ...process.env, MAKEANYTHING_HOME: temporaryFolder() };

function convert(...flags: string[]) {
  const args = [bin, "models", "convert", "--model-dir", reference, ...flags];
  return spawnSync(process.execPath, args, { env, encoding: "utf8" });
}

test("weights are made ready for a variant that need not run here, and looked after", () => {
  const { stdout, stderr, status } = convert("--variant", "webgpu-4bit");
  expect(status).toBe(0);
  expect(stderr).toMatch(/converting reference, \d+ kB of \d+ kB/);
  const file = stdout.trim();
  expect(path.basename(file)).toMatch(/^[0-9a-f]{12}-4-bit\.safetensors$/);

  const bytes = readFileSync(file);
  const again = convert("--variant", "cpu-4bit", "--json");
  expect(JSON.parse(again.stdout)).toEqual({ variant: "cpu-4bit", files: [file] });
  expect(again.stderr).toBe("");
  // Altered behind the back of the file's own time, which only reading all of it finds.
  utimesSync(file, 1e9, 1e9);
  convert("--variant", "cpu-4bit");
  writeFileSync(file, Buffer.from(bytes).fill(0, bytes.length - 1000));
  utimesSync(file, 1e9, 1e9);
  convert("--variant", "cpu-4bit");
  expect(readFileSync(file).equals(bytes)).toBe(false);
  convert("--variant", "cpu-4bit", "--check");
  expect(readFileSync(file).equals(bytes)).toBe(true);
});

test("where nothing is to be converted, that is said", () => {
  expect(convert("--variant", "cpu").stdout).toBe(
    "The variant cpu runs on the model's own files.\n",
  );
});
