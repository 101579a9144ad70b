// The commands as a person types them: the built file, the embedded model.
import { type SpawnSyncReturns, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "#src/config.js";
import type { ParityResult } from "#src/engine/index.js";
import type { Procedure } from "#src/procedures/index.js";
import type { DomainList, ProcedureRecord } from "#src/tools/index.js";
import sharp, { type Sharp } from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { pixelsOf, readPaintedPages } from "../grid/pages.js";
import { temporaryFolder } from "../support/temporary.js";

const home = temporaryFolder();
const work = temporaryFolder();
const bin = path.join(packageRoot(), "dist", "src", "cli.js");
// Engines side by side that each wait for every core are many times slower.
const env = { ...process.env, MAKEANYTHING_HOME: home, MAKEANYTHING_THREADS: "1" };

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
    made = runJson("generate", "a red rocket", "--domain", "icon", "--seed", "9", "--out", "made");
  });

  test("from words: one JSON object whose files lie in --out", () => {
    expect(made).toMatchObject({ seed: 9, domain: "icon", warnings: [] });
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

  test("from a picture that lies in no allowed folder, told in words", () => {
    const file = path.join("made", "step-09.png");
    const flags = ["--domain", "icon", "--subject", "a dragon", "--frames", "4"];
    const { stdout, stderr } = run("recraft", file, ...flags, "--out", "recrafted");
    const out = path.join(work, "recrafted");
    expect(stdout).toContain(`\n    ${path.join(out, "step-04.png")}\n`);
    expect(stdout).toContain("Warning: ");
    expect(stderr).toMatch(/^\s*\d+% loading the model\n/);
    expect(stderr).not.toContain("\r");
    const { original, steps } = readManifest(out);
    expect(steps[3]?.origin.kind).toBe("given");
    expect(
      readFileSync(path.join(out, original!)).equals(readFileSync(path.join(work, file))),
    ).toBe(true);
  });

  test("with steps in between", () => {
    const { procedure_id } = made;
    const flags = ["--between", "6", "7", "--out", "refined"];
    const refined = runJson<ProcedureRecord>("refine", procedure_id, ...flags);
    expect(refined).toMatchObject({ parent: procedure_id });
    const out = path.join(work, "refined");
    expect(refined.steps.map(({ file }) => file)).toEqual(
      readManifest(out).steps.map(({ file }) => path.join(out, file)),
    );
    const last = (record: ProcedureRecord) => readFileSync(record.steps.at(-1)!.file);
    expect(refined.steps).toHaveLength(11);
    expect(last(refined).equals(last(made))).toBe(true);
  });

  function readManifest(folder: string): Procedure {
    return JSON.parse(readFileSync(path.join(folder, "manifest.json"), "utf8")) as Procedure;
  }

  test("replaces an earlier one in --out, stale steps too, and nobody else's files", () => {
    const flags = ["--domain", "icon", "--frames", "4", "--out", "again"];
    mkdirSync(path.join(work, "again"));
    writeFileSync(path.join(work, "again", "step-01.png"), "mine");
    const refused = run("generate", "a star", ...flags);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain("step-01.png is not from here");
    writeFileSync(path.join(work, "again", "manifest.json"), '{"format":1}');
    writeFileSync(path.join(work, "again", "step-09.png"), "stale");
    writeFileSync(path.join(work, "again", "notes.txt"), "mine");
    expect(run("generate", "a star", ...flags).status).toBe(0);
    const files = readdirSync(path.join(work, "again"));
    expect(files).toContain("notes.txt");
    expect(files).not.toContain("step-09.png");
  });

  test("that cannot be copied to --out is stored all the same, and the message says where", () => {
    mkdirSync(path.join(work, "taken", "page.png"), { recursive: true });
    writeFileSync(path.join(work, "taken", "manifest.json"), '{"format":1}');
    const flags = ["--domain", "icon", "--frames", "4"];
    const { status, stderr } = run("generate", "a star", ...flags, "--out", "taken");
    expect(status).toBe(1);
    const [, id, folder] = /procedure (\w+) is painted and stored in (\S+),/.exec(stderr)!;
    expect(folder).toBe(path.join(home, "procedures", id!));
    expect(readdirSync(folder!)).toContain("page.png");
  });
});

test.each([
  { frames: 9, at: 0, step: 4, left: 128, top: 64 },
  { frames: 4, at: 5, step: 3, left: 96, top: 96 },
])("a page of $frames frames is split, and composed again to the same pixels", async (expected) => {
  const { page } = (await readPaintedPages())[expected.at]!;
  const name = `page-${expected.frames}`;
  const { width, height } = page;
  await sharp(page.data, { raw: { width, height, channels: 3 } }).toFile(
    path.join(work, `${name}.png`),
  );
  const pixels = async (picture: Sharp) => (await pixelsOf(picture)).data;

  type Cut = { frames: { file: string; width: number; height: number }[]; warnings: string[] };
  const { frames, warnings } = runJson<Cut>("split", `${name}.png`);
  expect([frames.length, warnings]).toEqual([expected.frames, []]);
  const { file, ...size } = frames[expected.step - 1]!;
  const [rows, columns] = [height, width].map((px) => px / Math.sqrt(expected.frames));
  const cell = { left: expected.left, top: expected.top, width: columns!, height: rows! };
  expect(path.dirname(file)).toBe(path.join(work, `${name}-frames`));
  expect(size).toEqual({ index: expected.step, width: columns, height: rows });
  const whole = sharp(path.join(work, `${name}.png`));
  expect(await pixels(sharp(file))).toEqual(await pixels(whole.clone().extract(cell)));

  const files = frames.map((frame) => frame.file);
  const again = runJson<{ file: string }>("compose", ...files, "--out", `new/${name}.png`);
  expect(again.file).toBe(path.join(work, "new", `${name}.png`));
  expect(await pixels(sharp(again.file))).toEqual(page.data);
});

test("domains prints the catalogue", () => {
  expect(runJson<DomainList>("domains").domains).toHaveLength(21);
});

describe("parity", () => {
  const reference = path.join(packageRoot(), "tests", "reference");

  function copyOf(): string {
    const copy = temporaryFolder();
    cpSync(reference, copy, { recursive: true });
    return copy;
  }

  test("of the reference cases holds, case by case", () => {
    const { stdout, status } = run("parity", reference);
    const lines = stdout.trimEnd().split("\n");
    const last = lines.pop();
    expect(last).toBe(`${lines.length} of ${lines.length} cases pass`);
    for (const line of lines) expect(line).toMatch(/^pass  \S+.* max \S+ .*relative RMS \S+/);
    expect(status).toBe(0);
  });

  test("with one case that differs fails, and names it", () => {
    const copy = copyOf();
    const file = path.join(copy, "cases", "clip.safetensors");
    const bytes = readFileSync(file);
    bytes.fill(0x3f, bytes.length - 40);
    writeFileSync(file, bytes);
    const { stdout, status } = run("parity", copy, "--json");
    const { pass, cases } = JSON.parse(stdout) as { pass: boolean; cases: ParityResult[] };
    const failed = cases.filter((one) => !one.pass).map(({ name }) => name);
    expect([...new Set(failed.map((name) => name.split(" ")[0]))]).toEqual(["clip"]);
    expect([pass, status]).toEqual([false, 1]);
  });

  test("with no cases is no success", () => {
    const copy = copyOf();
    rmSync(path.join(copy, "cases"), { recursive: true });
    mkdirSync(path.join(copy, "cases"));
    const { stdout, status } = run("parity", copy);
    expect([stdout, status]).toEqual(["0 of 0 cases pass\n", 1]);
  });
});

test("folders to read from are given one at a time, before the command or after it", () => {
  expect(run("--allow", work, "domains", "--allow", home).status).toBe(0);
});

test("a reader that leaves early ends a command without a word", async () => {
  const child = spawn(process.execPath, [bin, "domains"], { cwd: work, env });
  child.stdout.destroy();
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  expect(await once(child, "close")).toEqual([141, null]);
  expect(stderr).toBe("");
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
    [["generate", "a cat", "--domain", "lego", "--out", bin], /--out: cannot write/],
    [["domains", "--out", "/proc/x/y"], /--out: cannot write/],
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
