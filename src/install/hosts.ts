// The hosts: where each keeps its servers, and in which form.
import { readdirSync } from "node:fs";
import path from "node:path";
import { readProperty } from "./find.js";
import { removeProperty, setProperty } from "./property.js";

/** How a host shall start the server. Absolute, for hosts have a PATH of their own. */
export interface Launch {
  command: string;
  args: string[];
}

export interface Host {
  title: string;
  /** the object that holds the servers by name */
  servers: string;
  /** what an entry needs besides command and arguments */
  extra?: { type: "stdio" };
  file: (place: Place) => string;
  /** the host's own command for the same */
  own?: { add: string; remove: string };
  /** what a person does afterwards */
  next: string;
}

interface Place {
  /** of it, APPDATA and LOCALAPPDATA, XDG_CONFIG_HOME, CLAUDE_CONFIG_DIR */
  env: NodeJS.ProcessEnv;
  homeDir: string;
  platform: NodeJS.Platform;
}

const NAME = "makeanything";

export const HOSTS = {
  "claude-desktop": {
    title: "Claude Desktop",
    servers: "mcpServers",
    file: (place) =>
      path.join(claudeStore(place) ?? appFolder(place, "Claude"), "claude_desktop_config.json"),
    next: "Quit Claude Desktop and open it again.",
  },
  "claude-code": {
    title: "Claude Code",
    servers: "mcpServers",
    extra: { type: "stdio" },
    file: ({ env, homeDir }) => path.join(env["CLAUDE_CONFIG_DIR"] || homeDir, ".claude.json"),
    own: {
      add: `claude mcp add --scope user ${NAME} --`,
      remove: `claude mcp remove --scope user ${NAME}`,
    },
    next: "Start Claude Code anew; /mcp lists its servers.",
  },
  cursor: {
    title: "Cursor",
    servers: "mcpServers",
    file: ({ homeDir }) => path.join(homeDir, ".cursor", "mcp.json"),
    next: "Turn the server on in Cursor's settings, under MCP.",
  },
  vscode: {
    title: "VS Code",
    servers: "servers",
    extra: { type: "stdio" },
    file: (place) => path.join(appFolder(place, "Code"), "User", "mcp.json"),
    next: "Run “MCP: List Servers” in VS Code and start the server.",
  },
} satisfies Record<string, Host>;

/** The text with the server in it; what else a person wrote into its entry stays. */
export function withServer(text: string, { servers, extra }: Host, launch: Launch): string {
  const entry = { ...extra, ...launch };
  const there = readProperty(text, [servers, NAME]);
  if (typeof there !== "object" || there === null || Array.isArray(there))
    return setProperty(text, [servers, NAME], entry);
  return Object.entries(entry).reduce((edited, [key, value]) => {
    const same = JSON.stringify((there as Record<string, unknown>)[key]) === JSON.stringify(value);
    return same ? edited : setProperty(edited, [servers, NAME, key], value);
  }, text);
}

export function withoutServer(text: string, { servers }: Host): string {
  return removeProperty(text, [servers, NAME]);
}

function appFolder({ env, homeDir, platform }: Place, app: string): string {
  if (platform === "darwin") return path.join(homeDir, "Library", "Application Support", app);
  if (platform === "win32")
    return path.join(env["APPDATA"] || path.join(homeDir, "AppData", "Roaming"), app);
  return path.join(env["XDG_CONFIG_HOME"] || path.join(homeDir, ".config"), app);
}

/** From Windows' store, as its own installer too has it, Claude Desktop sees a folder of its own as Roaming. */
function claudeStore({ env, homeDir, platform }: Place): string | undefined {
  if (platform !== "win32") return undefined;
  const local = env["LOCALAPPDATA"] || path.join(homeDir, "AppData", "Local");
  const packages = path.join(local, "Packages");
  const claude = foldersIn(packages).find((name) => name.startsWith("Claude_"));
  return claude && path.join(packages, claude, "LocalCache", "Roaming", "Claude");
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
