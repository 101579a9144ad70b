// `makeanything export`, as a person types it.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { exportContext, saveSample } from "../exports/sample.js";
import { bin } from "../server/session.js";
import { temporaryFolder } from "../support/temporary.js";

const home = temporaryFolder();
const work = temporaryFolder();
const { id } = await saveSample(exportContext(home), ["one", "two"]);

function run(...args: string[]) {
  return spawnSync(process.execPath, [bin, "export", ...args], {
    cwd: work,
    env: { ...process.env, MAKEANYTHING_HOME: home },
    encoding: "utf8",
  });
}

test("writes the file that --out names, and its pictures beside it", () => {
  const { stdout, status } = run(id, "--format", "md", "--out", "new/rocket.md", "--json");
  const file = path.join(work, "new", "rocket.md");
  expect([status, JSON.parse(stdout)]).toEqual([
    0,
    { file, mime_type: "text/markdown", size_bytes: readFileSync(file).length, warnings: [] },
  ]);
  expect(readdirSync(path.join(work, "new", "rocket"))).toEqual(["step-01.png", "step-02.png"]);
  expect(readFileSync(file, "utf8")).toContain("](rocket/step-02.png)");
});

test("puts it into the data folder where nothing is named", () => {
  const { stdout } = run(id, "--format", "html");
  const file = path.join(home, "exports", id, "a-red-rocket-steps.html");
  expect(stdout).toContain(file);
  expect(existsSync(file)).toBe(true);
});

test("overwrites nothing, and says so", () => {
  writeFileSync(path.join(work, "mine.zip"), "mine");
  const { stderr, status } = run(id, "--format", "zip", "--out", "mine.zip");
  expect([status, readFileSync(path.join(work, "mine.zip"), "utf8")]).toEqual([1, "mine"]);
  expect(stderr).toMatch(/cannot write .*mine\.zip: it is there already/);
  mkdirSync(path.join(work, "taken"));
  expect(run(id, "--format", "md", "--out", "taken.md").status).toBe(1);
  expect(existsSync(path.join(work, "taken.md"))).toBe(false);
});

test.each([
  [["nothing", "--format", "pdf"], /procedure "nothing"/],
  [[id, "--format", "docx"], /html, md, pdf, gif, webp, zip/],
  [[id], /--format/],
])("%j is refused in one line", (args, words) => {
  const { stderr, status } = run(...args);
  expect(status).toBe(1);
  expect(stderr).toMatch(words);
});
