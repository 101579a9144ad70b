// A configuration file is replaced as a whole or not at all, and what was there is kept.
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { openConfig, replaceConfig } from "#src/install/index.js";
import { beforeEach, expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";

const root = temporaryFolder();
let folder: string;
let file: string;
let count = 0;
beforeEach(() => {
  folder = path.join(root, `${++count}`);
  mkdirSync(folder);
  file = path.join(folder, "mcp.json");
});

test("what was there lies beside it, with the same permissions", async () => {
  writeFileSync(file, "\uFEFF{ }\r\n");
  chmodSync(file, 0o640);
  const backup = await replaceConfig(await openConfig(file), "new");
  expect(readFileSync(file, "utf8")).toBe("new");
  expect(readFileSync(backup!, "utf8")).toBe("\uFEFF{ }\r\n");
  expect(path.dirname(backup!)).toBe(folder);
  if (process.platform !== "win32")
    expect([file, backup!].map((name) => statSync(name).mode & 0o777)).toEqual([0o640, 0o640]);
  expect(readdirSync(folder)).toHaveLength(2);
});

test("a missing one is made with its folders, for its owner alone", async () => {
  const deep = path.join(folder, "a", "b", "mcp.json");
  const config = await openConfig(deep);
  expect(config.text).toBe("{}\n");
  expect(await replaceConfig(config, "new")).toBeUndefined();
  expect(readFileSync(deep, "utf8")).toBe("new");
  if (process.platform !== "win32") expect(statSync(deep).mode & 0o777).toBe(0o600);
});

test("a blank one counts as empty, and is kept too", async () => {
  writeFileSync(file, "\n");
  const config = await openConfig(file);
  expect(config.text).toBe("{}\n");
  expect(readFileSync((await replaceConfig(config, "new"))!, "utf8")).toBe("\n");
});

test("a link is followed and stays a link", async () => {
  const real = path.join(folder, "dotfiles.json");
  writeFileSync(real, "{}");
  symlinkSync("dotfiles.json", file);
  await replaceConfig(await openConfig(file), "new");
  expect(readlinkSync(file)).toBe("dotfiles.json");
  expect(readFileSync(real, "utf8")).toBe("new");
});

test("a link to nothing, a folder, and what is not UTF-8 are refused", async () => {
  symlinkSync("nowhere", file);
  await expect(openConfig(file)).rejects.toThrow(/ENOENT/);
  await expect(openConfig(folder)).rejects.toThrow(/no configuration file/);
  const wide = path.join(folder, "wide.json");
  writeFileSync(wide, Buffer.from("\uFEFF{}", "utf16le"));
  await expect(openConfig(wide)).rejects.toThrow(/not in UTF-8/);
});

test("one that the host wrote meanwhile is not overwritten", async () => {
  writeFileSync(file, "{}");
  const config = await openConfig(file);
  writeFileSync(file, '{"numStartups":2}');
  await expect(replaceConfig(config, "new")).rejects.toThrow(/changed meanwhile/);
  expect(readFileSync(file, "utf8")).toBe('{"numStartups":2}');
  expect(readdirSync(folder)).toEqual(["mcp.json"]);

  const missing = path.join(folder, "later.json");
  const none = await openConfig(missing);
  writeFileSync(missing, "{}\n");
  await expect(replaceConfig(none, "new")).rejects.toThrow(/changed meanwhile/);
});
