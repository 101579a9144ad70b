// The commands as a person types them: the built file, the embedded model.
import { type SpawnSyncReturns, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "#src/config.js";
import type { DomainList, ProcedureRecord } from "#src/tools/index.js";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";

const home = temporaryFolder();
const work = temporaryFolder();
const bin = path.join(packageRoot(), "dist", "src", "cli.js");
const env = { ...process.env, MAKEANYTHING_HOME: home };

function run(...args: string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [bin, ...args], { cwd: work, env, encoding: "utf8" });
}

function runJson<Result>(...args: string[]): Result {
  const { stdout, stderr, status } = run(...args, "--json");
  expect([status, status === 0 ? "" : stderr]).toEqual([0, ""]);
  expect(stdout.trimEnd().split("\n")).toHaveLength(1);
  return JSON.parse(stdout) as Result;
}

describe("a procedure", () => {
  let made: ProcedureRecord;
  beforeAll(() => {
    made = runJson(
      "generate",
      "a red rocket",
      "--domain",
      "sketch",
      "--seed",
      "9",
      "--out",
      "made",
    );
  });

  test("from words: one JSON object whose files lie in --out", () => {
    expect(made).toMatchObject({ seed: 9, domain: "sketch", warnings: [] });
    expect(made.steps.map(({ index }) => index)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for (const { file, width, height } of made.steps) {
      expect(path.dirname(file)).toBe(path.join(work, "made"));
      const png = readFileSync(file);
      expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([width, height]);
    }
    expect(readdirSync(path.join(work, "made"))).toEqual(
      expect.arrayContaining(["page.png", "manifest.json"]),
    );
    expect(made.timings["totalMs"]).toBeGreaterThan(0);
  });

  test("from a picture that lies in no allowed folder", () => {
    const file = path.join("made", "step-09.png");
    const recrafted = runJson<ProcedureRecord>(
      "recraft",
      file,
      "--domain",
      "sketch",
      "--subject",
      "a red rocket",
    );
    expect(recrafted.steps[8]?.origin).toBe("given");
  });

  test("with steps in between", () => {
    const refined = runJson<ProcedureRecord>("refine", made.procedure_id, "--between", "6", "7");
    expect(refined).toMatchObject({ parent: made.procedure_id });
    expect(refined.steps).toHaveLength(11);
  });

  test("told in words where no JSON is asked for", () => {
    const { stdout, stderr } = run("generate", "a dragon", "--domain", "icon", "--frames", "4");
    expect(stdout).toContain(" 4. ");
    expect(stdout).toContain("Warning: ");
    expect(stderr).toMatch(/^\s*\d+% loading the model\n/);
    expect(stderr).not.toContain("\r");
  });

  test("pages can be composed and split again", () => {
    const frames = made.steps.map(({ file }) => file);
    const page = runJson<{ file: string; width: number }>(
      "compose",
      ...frames,
      "--out",
      "new/p.png",
    );
    expect(page).toMatchObject({ file: path.join(work, "new", "p.png"), width: 192 });
    const { frames: cut } = runJson<{ frames: { file: string; width: number; height: number }[] }>(
      "split",
      "new/p.png",
      "--out",
      "cut",
    );
    expect(cut).toHaveLength(9);
    for (const { file } of cut) expect(existsSync(file)).toBe(true);
  });
});

test("domains prints the catalogue", () => {
  expect(runJson<DomainList>("domains").domains).toHaveLength(21);
});

test("parity with no cases is no success", () => {
  writeFileSync(path.join(work, "model.json"), "{}");
  expect(run("parity", work).status).toBe(1);
});

describe("what goes wrong is one line, and exit code 1", () => {
  test.each([
    [["generate", "a cat", "--domain", "knitting"], /unknown domain “knitting”; one of lego/],
    [["generate", "a cat"], /--domain/],
    [["generate", "a cat", "--domain", "lego", "--frames", "x"], /whole number/],
    [["generate", "a cat", "--domain", "lego", "--seed", "9007199254740992"], /seed/],
    [["recraft", "nothing.png", "--domain", "lego"], /no such file/],
    [["refine", "nothing", "--steps", "12"], /procedure "nothing"/],
    [["refine", "nothing", "--between", "1", "2", "3"], /between/],
    [["split", "nothing.png"], /no such file/],
    [["domains", "--model-dir", "nowhere"], /nowhere.model\.json/],
    [["domains", "--preview-side-px", "7"], /previewSidePx/],
    [["generat"], /generate/],
  ])("%j", (args, words) => {
    const { status, stdout, stderr } = run(...args);
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(words);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stderr.trim().split("\n").length).toBeLessThanOrEqual(2);
  });
});

test("every command has a help text with examples", () => {
  for (const command of [
    "serve",
    "generate",
    "recraft",
    "refine",
    "domains",
    "split",
    "compose",
    "parity",
  ])
    expect(run(command, "--help").stdout).toContain(`makeanything ${command}`);
});

test("Ctrl-C ends a job cleanly and leaves nothing behind", async () => {
  const before = readdirSync(path.join(home, "procedures"));
  const child = spawn(process.execPath, [bin, "generate", "a tree", "--domain", "lego"], {
    cwd: work,
    env,
  });
  await once(child.stderr, "data");
  child.kill("SIGINT");
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  expect(await once(child, "close")).toEqual([130, null]);
  expect(stderr).toContain("Cancelled.");
  expect(readdirSync(path.join(home, "procedures"))).toEqual(before);
});
