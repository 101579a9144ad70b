// The packed package in an empty home, with the registry alone: what `npm install makeanything-mcp` gives.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "#src/config.js";
import type { ProcedureRecord } from "#src/tools/index.js";
import { beforeAll, expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";
import { connect, strangerEnv } from "./stranger.js";

const home = temporaryFolder();
const project = temporaryFolder();
const env = strangerEnv(home);
const installed = path.join(project, "node_modules", "makeanything-mcp");
const { version, bin } = JSON.parse(
  readFileSync(path.join(packageRoot(), "package.json"), "utf8"),
) as { version: string; bin: { makeanything: string } };

function npm(cwd: string, ...args: string[]): string {
  const shell = process.platform === "win32";
  return execFileSync("npm", args, { cwd, env, shell, encoding: "utf8" });
}

function makeanything(...args: string[]): string {
  return npm(project, "exec", "--offline", "--", "makeanything", ...args);
}

beforeAll(() => {
  const packed = npm(packageRoot(), "pack", "--silent", "--pack-destination", project);
  npm(project, "install", path.join(project, packed.trim().split("\n").at(-1)!));
});

test("no package of it has an install script that could fail or be forbidden", () => {
  const lock = readFileSync(path.join(project, "node_modules", ".package-lock.json"), "utf8");
  const { packages } = JSON.parse(lock) as {
    packages: Record<string, { hasInstallScript?: boolean }>;
  };
  const names = Object.keys(packages);
  expect(names).toContain("node_modules/makeanything-mcp");
  expect(names.filter((name) => packages[name]!.hasInstallScript)).toEqual([]);
  expect(names).not.toContain("node_modules/onnxruntime-node");
});

test("the command tells its version and its crafts", () => {
  expect(makeanything("--version").trim()).toBe(version);
  const { domains } = JSON.parse(makeanything("domains", "--json")) as { domains: unknown[] };
  expect(domains).toHaveLength(21);
});

test("it paints four frames", () => {
  const flags = ["--domain", "sketch", "--frames", "4", "--seed", "1", "--json"];
  const { steps } = JSON.parse(
    makeanything("generate", "a red rocket", ...flags),
  ) as ProcedureRecord;
  expect(steps).toHaveLength(4);
  for (const { file } of steps) {
    expect(file.startsWith(home)).toBe(true);
    expect(existsSync(file)).toBe(true);
  }
});

test("it speaks MCP", async () => {
  const script = path.join(installed, bin.makeanything);
  const { client } = await connect(process.execPath, [script, "serve"], env);
  expect(client.getServerVersion()).toMatchObject({ name: "makeanything", version });
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toContain("generate_procedure");
  await client.close();
});
