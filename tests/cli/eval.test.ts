import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { endpointThat } from "../captioning/server.js";
import { writeProcedure } from "../evaluation/procedures.js";
import { temporaryFolder } from "../support/temporary.js";

const cli = fileURLToPath(new URL("../../dist/src/cli.js", import.meta.url));
const { OPENAI_API_KEY: _, ...env } = process.env;

/** Runs in a folder of its own. */
async function run(cwd: string, ...args: string[]) {
  const ended = promisify(execFile)(process.execPath, [cli, "eval", ...args], { cwd, env });
  const { stdout, stderr, code } = await ended.then(
    (output) => ({ ...output, code: 0 }),
    (error: { stdout: string; stderr: string; code: number }) => error,
  );
  return { stdout, stderr, code };
}

const verdict = JSON.stringify({
  alignment: { reason: "a boat", score: 4 },
  coherence: { reason: "one piece", score: 3 },
  usability: { reason: "large steps", score: 2 },
});

test("judge prints a table, and leaves every verdict with its reason in a file", async () => {
  const folder = temporaryFolder();
  await writeProcedure(join(folder, "boat"), { subject: "a blue boat" });
  const { endpoint } = await endpointThat(verdict);
  const asked = ["boat", "--endpoint", endpoint, "--model", "eyes", "--out", "verdicts.jsonl"];
  const told = await run(folder, "judge", ...asked);
  expect([told.code, told.stderr]).toEqual([0, expect.stringContaining("judging 1 of 1")]);
  expect(told.stdout).toContain("alignment 4: a boat");
  expect(told.stdout).toContain("| small | 1 | 4.00 | 3.00 | 2.00 |");
  const [line] = readFileSync(join(folder, "verdicts.jsonl"), "utf8").split("\n");
  expect(JSON.parse(line!)).toMatchObject({ judge: "eyes", verdict: { usability: { score: 2 } } });

  const again = await run(folder, "judge", ...asked, "--json");
  expect(JSON.parse(again.stdout)).toMatchObject({ means: [{ model: "small", count: 1 }] });
}, 30_000);

test("form writes a page and its key, and counts what comes back", async () => {
  const folder = temporaryFolder();
  await writeProcedure(join(folder, "a", "boat"), { subject: "a blue boat", model: "one" });
  await writeProcedure(join(folder, "b", "boat"), { subject: "a blue boat", model: "two" });
  const made = await run(folder, "form", "a", "b", "--out", "blind");
  expect(made).toMatchObject({ code: 0 });
  expect(made.stdout).toContain("1 pairs in");
  const key = JSON.parse(readFileSync(join(folder, "blind", "key.json"), "utf8"));
  const answer = { pair: 0, alignment: "first", coherence: "same", usability: "first" };
  writeFileSync(join(folder, "x.json"), JSON.stringify({ form: key.form, answers: [answer] }));
  const read = await run(folder, "form", "--read", "x.json", "--out", "blind", "--json");
  const { counts } = JSON.parse(read.stdout);
  expect(counts[0]).toMatchObject({ criterion: "alignment", [key.first[0]]: 1, same: 0 });

  const other = await run(folder, "form", "a");
  expect(other.code).toBe(1);
  expect(other.stderr).toContain("needs two folders");
}, 30_000);

test("clip says why there are no scores, and fails where weights were named", async () => {
  const folder = temporaryFolder();
  await writeProcedure(join(folder, "boat"), { subject: "a blue boat" });
  const skipped = await run(folder, "clip", "boat");
  expect(skipped).toMatchObject({ code: 0 });
  expect(skipped.stdout).toContain("CLIP score skipped: no CLIP weights in");
  const failed = await run(folder, "clip", "boat", "--clip", "boat");
  expect(failed).toMatchObject({ code: 1 });
  expect(failed.stderr).toContain("put openai/clip-vit-large-patch14");
}, 30_000);
