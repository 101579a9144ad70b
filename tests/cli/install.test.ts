// `makeanything install` as a person types it; the entry that it writes is then started.
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { packageRoot } from "#src/config.js";
import { expect, test } from "vitest";
import { CONFIGS } from "../install/configs.js";
import { temporaryFolder } from "../support/temporary.js";

const home = temporaryFolder();
const work = temporaryFolder();
const bin = path.join(packageRoot(), "dist", "src", "cli.js");
const { text } = CONFIGS["Claude Desktop, with two servers"]!;
const folder = path.join(home, "Claude");
const file = path.join(folder, "claude_desktop_config.json");
mkdirSync(folder);
writeFileSync(file, text);

/** Nobody sits at a terminal here. */
function install(host: string, ...flags: string[]) {
  const env = {
    ...process.env,
    HOME: home,
    USERPROFILE: home,
    XDG_CONFIG_HOME: home,
    CLAUDE_CONFIG_DIR: "",
  };
  return spawnSync(process.execPath, [bin, "install", host, ...flags], {
    cwd: work,
    env,
    encoding: "utf8",
  });
}

test("without --yes the change is only shown, and no secret near it", () => {
  const { stdout, status } = install("claude-desktop", "--file", file);
  expect(status).toBe(0);
  expect(stdout).toContain('\n    "mcpServers": {\n+     "makeanything": {\n+       "command": ');
  expect(stdout).toContain('\n+     },\n      "filesystem": {\n');
  expect(stdout).not.toMatch(/^-|ghp_/m);
  expect(stdout).toMatch(/--yes .*\nNothing was changed\.\n$/);
  expect(readFileSync(file, "utf8")).toBe(text);
  expect(readdirSync(folder)).toHaveLength(1);
});

test("with --yes it is made, kept a copy of, found made, and undone", () => {
  const { stdout } = install("claude-desktop", "--file", file, "--yes");
  expect(stdout).toContain("Done.");
  const backup = readdirSync(folder).find((name) => name.endsWith(".bak"))!;
  expect(stdout).toContain(path.join(folder, backup));
  expect(readFileSync(path.join(folder, backup), "utf8")).toBe(text);
  expect(install("claude-desktop", "--file", file, "--yes").stdout).toMatch(/nothing to change/);
  install("claude-desktop", "--file", file, "--yes", "--remove");
  expect(readFileSync(file, "utf8")).toBe(text);
});

test("a broken file is refused and not touched", () => {
  const broken = path.join(work, "broken.json");
  writeFileSync(broken, '{"mcpServers": {');
  const { stderr, status } = install("cursor", "--file", broken, "--yes");
  expect(stderr).toMatch(/broken\.json was not touched: it is not valid JSON: .* in line 1/);
  expect(status).toBe(1);
  expect(readFileSync(broken, "utf8")).toBe('{"mcpServers": {');
  expect(readdirSync(work).filter((name) => name.startsWith("broken"))).toHaveLength(1);
});

test("a copy in npx's cache is not what a host should start", () => {
  const cache = path.join(work, "_npx", "0123");
  mkdirSync(cache, { recursive: true });
  cpSync(path.join(packageRoot(), "dist", "src"), path.join(cache, "dist", "src"), {
    recursive: true,
  });
  cpSync(path.join(packageRoot(), "package.json"), path.join(cache, "package.json"));
  symlinkSync(path.join(packageRoot(), "node_modules"), path.join(cache, "node_modules"));
  const script = path.join(cache, "dist", "src", "cli.js");
  const args = [script, "install", "cursor", "--file", path.join(work, "mcp.json"), "--yes"];
  const { stderr, status } = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect(stderr).toMatch(/npx's cache.*npm install -g makeanything-mcp/);
  expect([status, existsSync(path.join(work, "mcp.json"))]).toEqual([1, false]);
});

test("a flag that the server would refuse is refused here", () => {
  const { stderr, status } = install("cursor", "--threads", "many", "--yes");
  expect(stderr).toMatch(/threads in the flags must be/);
  expect(status).toBe(1);
  expect(existsSync(path.join(home, ".cursor"))).toBe(false);
});

test("the entry starts the server from any folder, with the flags that were given", async () => {
  install("cursor", "--yes", "--data-dir", "data", "--allow", "a", "--allow", "b");
  const written = readFileSync(path.join(home, ".cursor", "mcp.json"), "utf8");
  const { command, args } = JSON.parse(written).mcpServers.makeanything as {
    command: string;
    args: string[];
  };
  const [data, a, b] = ["data", "a", "b"].map((name) => path.join(work, name));
  expect(path.isAbsolute(command)).toBe(true);
  expect(args).toEqual([bin, "serve", "--data-dir", data, "--allow", a, "--allow", b]);
  const client = new Client({ name: "test", version: "1" });
  await client.connect(
    new StdioClientTransport({ command, args, cwd: "/", env: { PATH: "" }, stderr: "ignore" }),
  );
  expect(client.getServerVersion()?.name).toBe("makeanything");
  await client.close();
});

test("Claude Code's own command is named", () => {
  expect(install("claude-code").stdout).toContain(
    `claude mcp add --scope user makeanything -- ${process.execPath} ${bin} serve`,
  );
  install("claude-code", "--yes");
  expect(install("claude-code", "--remove").stdout).toContain(
    "claude mcp remove --scope user makeanything",
  );
});
