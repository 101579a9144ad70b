// `makeanything models` as a person types it, with a hub on this machine.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync, realpathSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { packageRoot } from "#src/config.js";
import { beforeEach, describe, expect, test } from "vitest";
import { asymmetric } from "../models/asymmetric.js";
import { hubs, type HubServer, sha256 } from "../models/hub-server.js";
import { temporaryFolder } from "../support/temporary.js";

const FLUX = "black-forest-labs/FLUX.1-dev";
const bin = path.join(packageRoot(), "dist", "src", "cli.js");
const openServer = hubs();
const home = temporaryFolder();
let count = 0;
let server: HubServer;
let env: NodeJS.ProcessEnv;

beforeEach(async () => {
  server = await openServer();
  const { HF_TOKEN: _, ...others } = process.env;
  env = {
    ...others,
    HF_ENDPOINT: server.endpoint,
    HF_HOME: path.join(home, String(count++)),
    MAKEANYTHING_HOME: path.join(home, "data"),
  };
});

/** Not `spawnSync`: the hub lives in this process. */
async function run(...args: string[]) {
  const child = spawn(process.execPath, [bin, "models", ...args], { env });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const [status] = (await once(child, "close")) as [number];
  return { stdout, stderr, status };
}

test("list tells the catalogue, and --json the same as one object", () => {
  const list = (...flags: string[]) =>
    spawnSync(process.execPath, [bin, "models", "list", ...flags], { env, encoding: "utf8" })
      .stdout;
  expect(list()).toMatch(/^flux1-dev +23\.8 GB .*\n +black-forest-labs.*gated.*Non-Commercial/);
  const { models } = JSON.parse(list("--json")) as { models: { id: string; isHere: boolean }[] };
  expect(models.map(({ id }) => id)).toContain("makeanything-4f");
  expect(models.some(({ isHere }) => isHere)).toBe(false);
});

test("a model is pulled, found, verified, found corrupt, fetched again, and removed", async () => {
  const bytes = server.add(FLUX, "ae.safetensors", 300_000);
  const pulled = await run("pull", "ae");
  const file = pulled.stdout.trim();
  expect(pulled.status).toBe(0);
  expect(readFileSync(file).equals(bytes)).toBe(true);
  expect(pulled.stderr).toContain("100% checking ae.safetensors, 300 kB of 300 kB");
  expect((await run("where", "ae")).stdout.trim()).toBe(file);
  expect((await run("list")).stdout).toMatch(/^ae +335 MB +here /m);
  expect((await run("verify")).stdout).toBe(`good     ${file}\n`);

  writeFileSync(realpathSync(file), Buffer.alloc(300_000));
  const verified = await run("verify", "ae");
  expect(verified.status).toBe(1);
  expect(verified.stdout).toMatch(/^corrupt .*its hash is .*; makeanything models pull ae --check/);
  expect((await run("pull", "ae", "--check")).stderr).toContain("it is fetched again");
  expect(readFileSync(file).equals(bytes)).toBe(true);

  const asked = await run("remove", "ae");
  expect(asked.stdout).toContain(`300 kB  ${file}\nRun again with --yes`);
  expect(existsSync(file)).toBe(true);
  expect((await run("remove", "ae", "--yes")).stdout).toContain("Done.");
  expect(existsSync(file)).toBe(false);
  const missing = await run("where", "ae");
  expect([missing.status, missing.stderr]).toEqual([
    1,
    "Not there: ae; makeanything models pull ae\n",
  ]);
});

test("a model comes with its parts, or alone", async () => {
  for (const name of ["flux1-dev", "ae"]) server.add(FLUX, `${name}.safetensors`, 5000);
  for (const name of ["tokenizer", "tokenizer_config"]) {
    server.add(FLUX, `tokenizer_2/${name}.json`, 100);
    server.add("openai/clip-vit-large-patch14", `${name}.json`, 100);
  }
  for (const name of ["t5xxl_fp16", "clip_l"])
    server.add("comfyanonymous/flux_text_encoders", `${name}.safetensors`, 5000);
  const alone = await run("pull", "flux1-dev", "--alone", "--json");
  expect((JSON.parse(alone.stdout) as { files: string[] }).files).toHaveLength(1);
  const all = await run("pull", "flux1-dev", "--json");
  const { files } = JSON.parse(all.stdout) as { files: string[] };
  expect(files).toHaveLength(8);
  expect((await run("where", "flux1-dev")).stdout.trim().split("\n")).toEqual(files);
});

test("one domain goes into the data folder, is found, and can be removed", async () => {
  server.files.set(
    "showlab/makeanything/asymmetric_lora/asymmetric_lora_9f_general.safetensors",
    asymmetric(1, 10),
  );
  const pulled = await run("pull", "makeanything-9f", "--domain", "sketch");
  const file = path.join(home, "data", "loras", "makeanything-9f-sketch.safetensors");
  expect([pulled.status, pulled.stdout]).toEqual([0, `${file}\n`]);
  expect(pulled.stderr).toContain("makeanything-9f works on flux1-dev or flux1-dev-fp8: ");
  expect((await run("where", "makeanything-9f")).stdout).toBe(`${file}\n`);
  writeFileSync(file, readFileSync(file).fill(9, 100_000));
  const { stdout } = await run("verify", "makeanything-9f");
  expect(stdout).toMatch(
    /^corrupt .* pull makeanything-9f --domain sketch --check fetches it again$/m,
  );
  await run("remove", "makeanything-9f", "--yes");
  expect(existsSync(file)).toBe(false);
});

test("what cannot be is said in one line", async () => {
  server.gated.add(FLUX);
  const gated = await run("pull", "ae");
  expect([gated.status, gated.stdout]).toEqual([1, ""]);
  expect(gated.stderr).toMatch(
    /^makeanything: .*FLUX\.1-dev is gated: accept the FLUX\.1 \[dev\] .*\n$/,
  );
  expect((await run("pull", "flux")).stderr).toMatch(/no model is called “flux”/);
  const lego = await run("pull", "makeanything-4f", "--domain", "lego");
  expect(lego.stderr).toMatch(
    /has no domain “lego”, but clay_toys, .*; lego is in makeanything-9f\n$/,
  );
  const plain = await run("pull", "ae", "--domain", "lego");
  expect(plain.stderr).toMatch(/--domain takes one domain out of makeanything-9f/);
});

describe("a process that is killed at any instant", () => {
  const SIZE = 12 * 2 ** 20;
  /** as much as several writings of the journal take, at the pace of this hub */
  const MUCH = 4 * 2 ** 20;

  test("keeps what its journal tells of, and the next one finishes", async () => {
    const bytes = server.add(FLUX, "ae.safetensors", SIZE);
    server.pauseMs = 150;
    for (const some of [MUCH, 0, ...Array.from({ length: 4 }, () => Math.random() * 2 ** 20)]) {
      const before = server.sentBytes;
      const child = spawn(process.execPath, [bin, "models", "pull", "ae"], {
        env,
        stdio: "ignore",
      });
      const ended = once(child, "close");
      while (server.sentBytes <= before + some && child.exitCode === null) await sleep(5);
      child.kill("SIGKILL");
      expect(await ended).toEqual([null, "SIGKILL"]);
    }
    const { models } = JSON.parse((await run("list", "--json")).stdout) as {
      models: { id: string; partlyBytes: number }[];
    };
    const { partlyBytes } = models.find(({ id }) => id === "ae")!;
    server.sentBytes = 0;
    server.pauseMs = 0;
    const { stdout, stderr, status } = await run("pull", "ae");
    expect([status, status === 0 ? "" : stderr]).toEqual([0, ""]);
    expect(stderr).not.toContain("corrupt");
    expect(sha256(readFileSync(stdout.trim()))).toBe(sha256(bytes));
    expect(partlyBytes).toBeGreaterThan(MUCH / 4);
    expect(server.sentBytes).toBe(SIZE - partlyBytes);
  });

  test("by Ctrl-C says so, and goes on from there", async () => {
    const bytes = server.add(FLUX, "ae.safetensors", SIZE);
    server.pauseMs = 40;
    const child = spawn(process.execPath, [bin, "models", "pull", "ae"], { env });
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    while (server.sentBytes < SIZE / 2 && child.exitCode === null) await sleep(20);
    child.kill("SIGINT");
    expect(await once(child, "close")).toEqual([130, null]);
    expect(stderr).toMatch(/Cancelled\.\n$/);
    expect((await run("list")).stdout).toMatch(/^ae +335 MB +\d\.\d\d MB there/m);
    server.sentBytes = 0;
    server.pauseMs = 0;
    const { stdout } = await run("pull", "ae");
    expect(readFileSync(stdout.trim()).equals(bytes)).toBe(true);
    expect(server.sentBytes).toBeLessThan(0.7 * SIZE);
  });
});
