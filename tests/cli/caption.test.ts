// `makeanything caption` as a person types it, against a local endpoint.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { text } from "node:stream/consumers";
import { packageRoot } from "#src/config.js";
import sharp from "sharp";
import { expect, test } from "vitest";
import { endpointThat } from "../captioning/server.js";
import { temporaryFolder } from "../support/temporary.js";

const bin = path.join(packageRoot(), "dist", "src", "cli.js");
const folder = temporaryFolder();
const picture = sharp({ create: { width: 12, height: 12, channels: 3, background: "red" } }).png();
for (const i of [1, 2, 3, 4]) await picture.clone().toFile(path.join(folder, `${i}.png`));
const ANSWER = JSON.stringify({ subject: "a crane", steps: ["a", "b", "c", "d"] });

async function run(env: Record<string, string>, ...args: string[]) {
  const child = spawn(process.execPath, [bin, "caption", folder, "--model", "eye", ...args], {
    env: { ...process.env, OPENAI_API_KEY: "", ...env },
  });
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number]>,
  ]);
  return { stdout, stderr, status };
}

test.each([
  [
    ["--endpoint", "http://127.0.0.1:9/v1"],
    {},
    /cannot reach http:\/\/127\.0\.0\.1:9 .*ollama serve/,
  ],
  [["--endpoint", "http://a.test/v1"], { OPENAI_API_KEY: "secret" }, /key is not sent/],
  [["--api-key-env", "NO_SUCH_KEY"], {}, /no variable NO_SUCH_KEY/],
  [["--concurrency", "5"], {}, /--concurrency must be from 1 to 4/],
  [["--frames", "5"], {}, /--frames must be 4 or 9/],
] as const)("%j goes wrong in one line", async (args, env, words) => {
  const { stdout, stderr, status } = await run({ ...env }, ...args);
  expect([stdout, status]).toEqual(["", 1]);
  expect(stderr.trimEnd().split("\n").at(-1)).toMatch(words);
  expect(stderr).not.toContain("secret");
});

test("it writes what is missing with the key of a named variable, and then there is nothing to do", async () => {
  const { endpoint, asked } = await endpointThat(ANSWER);
  const args = ["--endpoint", endpoint, "--api-key-env", "MY_KEY"];
  const { stdout, stderr, status } = await run({ MY_KEY: "mine" }, ...args, "--json");
  const file = path.join(folder, "captions.json");
  expect([JSON.parse(stdout), status]).toEqual([{ written: [file], kept: 0, failed: [] }, 0]);
  expect(stderr).toContain("describing 1 of 1");
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(JSON.parse(ANSWER));
  expect(asked.map(({ authorization }) => authorization)).toEqual(["Bearer mine"]);
  const again = await run({}, "--endpoint", endpoint);
  expect(again.stdout).toBe("0 written, 1 there before, 0 without words still\n");
  expect(asked).toHaveLength(1);
});

test("what has no words still is named, and the exit code is 1", async () => {
  rmSync(path.join(folder, "captions.json"), { force: true });
  const { endpoint } = await endpointThat("no");
  const { stdout, status } = await run({}, "--endpoint", endpoint);
  expect(stdout).toMatch(
    /^0 written, .* 1 without words still\n {2}\S+: eye did not answer as asked/,
  );
  expect(status).toBe(1);
});
