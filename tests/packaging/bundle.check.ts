// The .mcpb of this platform, as Claude Desktop treats it: unpacked without execute bits, and started in an
// Electron's Node that loads no native module.
import { execFileSync } from "node:child_process";
import { chmodSync, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import path from "node:path";
import { getMcpConfigForManifest, unpackExtension } from "@anthropic-ai/mcpb";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { packageRoot } from "#src/config.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { childrenOf } from "../server/session.js";
import { temporaryFolder } from "../support/temporary.js";
import { connect, strangerEnv } from "./stranger.js";

const work = temporaryFolder();
const bundle = path.join(work, "unpacked");
const mcpb = path.join(packageRoot(), "node_modules", "@anthropic-ai", "mcpb", "dist/cli/cli.js");
const ELECTRON = `data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,electron:"38.0.0"}})`;
let client: Client;
let pid: number;

beforeAll(async () => {
  const file = path.join(work, "made.mcpb");
  const build = path.join(packageRoot(), "dist", "bundle", "build.js");
  execFileSync(process.execPath, [build, "--out", file], { stdio: "inherit" });
  await unpackExtension({ mcpbPath: file, outputDir: bundle, silent: true });
  for (const entry of readdirSync(bundle, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) chmodSync(path.join(entry.parentPath, entry.name), 0o600);

  const manifest = JSON.parse(readFileSync(path.join(bundle, "manifest.json"), "utf8"));
  const config = await getMcpConfigForManifest({
    manifest,
    extensionPath: bundle,
    systemDirs: {},
    userConfig: {},
    pathSeparator: path.sep,
  });
  expect(config?.command).toBe("node");
  ({ client, pid } = await connect(
    process.execPath,
    ["--no-addons", "--import", ELECTRON, ...(config?.args ?? [])],
    { ...strangerEnv(path.join(work, "home")), ...config?.env, PATH: "" },
  ));
});
afterAll(() => client.close());

test("mcpb finds its manifest valid", () => {
  execFileSync(process.execPath, [mcpb, "validate", bundle]);
});

test("it holds the runtime of one platform", () => {
  const binaries = path.join(bundle, "dist/node_modules/onnxruntime-node/bin/napi-v6");
  expect(readdirSync(binaries)).toEqual([process.platform]);
  expect(readdirSync(path.join(binaries, process.platform))).toEqual([process.arch]);
  const bytes = readdirSync(path.join(bundle, "node_modules/@img")).filter((name) =>
    /^sharp-(?!libvips)/.test(name),
  );
  expect(bytes).toEqual([`sharp-${process.platform}-${process.arch}`]);
  expect(statSync(path.join(work, "made.mcpb")).size).toBeLessThan(150e6);
});

test("its manifest names the tools that it has", async () => {
  const { tools } = JSON.parse(readFileSync(path.join(bundle, "manifest.json"), "utf8")) as {
    tools: { name: string }[];
  };
  const served = await client.listTools();
  const shown = served.tools.filter(({ _meta }) => !hidden(_meta));
  expect(tools.map(({ name }) => name).toSorted()).toEqual(
    shown.map(({ name }) => name).toSorted(),
  );
});

test("it paints, and its children run under the Node that it carries", async () => {
  const result = (await client.callTool({
    name: "generate_procedure",
    arguments: { subject: "a red rocket", domain: "sketch", frames: 4, seed: 1 },
  })) as CallToolResult;
  expect(result.isError, JSON.stringify(result.content[0])).toBeFalsy();
  expect(result.content.filter(({ type }) => type === "image")).toHaveLength(4);
  const children = [...childrenOf(pid)];
  if (process.platform === "linux") expect(children.length).toBeGreaterThan(0);
  for (const [, child] of children)
    expect(readlinkSync(`/proc/${child}/exe`)).toBe(path.join(bundle, "node", "node"));
});

/** Tools for the step player alone. */
function hidden(meta: Record<string, unknown> | undefined): boolean {
  const ui = meta?.["ui"] as { visibility?: string[] } | undefined;
  return ui?.visibility?.includes("model") === false;
}
