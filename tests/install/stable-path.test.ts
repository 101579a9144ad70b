import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { stablePath } from "#src/install/index.js";
import { expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";

test("Homebrew's Node is named by the link that survives an update", () => {
  const brew = temporaryFolder();
  const version = path.join(brew, "Cellar", "node@22", "22.1.0");
  mkdirSync(path.join(version, "bin"), { recursive: true });
  mkdirSync(path.join(brew, "opt"));
  writeFileSync(path.join(version, "bin", "node"), "");
  const node = path.join(version, "bin", "node");
  expect(stablePath(node)).toBe(node); // no link, no guess
  symlinkSync(version, path.join(brew, "opt", "node@22"));
  expect(stablePath(node)).toBe(path.join(brew, "opt", "node@22", "bin", "node"));
  expect(stablePath("/usr/bin/node")).toBe("/usr/bin/node");
});
