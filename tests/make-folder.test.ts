import { existsSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { makeFolder } from "#src/make-folder.js";
import { expect, test } from "vitest";
import { temporaryFolder } from "./support/temporary.js";

const root = temporaryFolder();

test("makes a folder and those above it, several times over and all at once", async () => {
  const deep = path.join(root, "a", "b", "c");
  await Promise.all([makeFolder(deep), makeFolder(deep), makeFolder(path.join(deep, "d"))]);
  await makeFolder(deep);
  expect(statSync(path.join(deep, "d")).isDirectory()).toBe(true);
});

test("refuses a place that a file has, and one below it", async () => {
  const file = path.join(root, "file");
  writeFileSync(file, "");
  await expect(makeFolder(file)).rejects.toMatchObject({ code: "EEXIST" });
  await expect(makeFolder(path.join(file, "x", "y"))).rejects.toMatchObject({ code: "ENOTDIR" });
});

test("comes to an end where nothing can be made", async () => {
  if (!existsSync("/proc/self")) return;
  await expect(makeFolder("/proc/x/y")).rejects.toMatchObject({ code: "ENOENT" });
});
