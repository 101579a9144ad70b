// A user who has just come: nothing in the home folder, no setting of ours, and the server over stdio.
import { execFileSync } from "node:child_process";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

/** What a machine needs to reach its registry. */
const OF_THE_MACHINE =
  /^(path|systemroot|comspec|temp|tmp|https?_proxy|no_proxy|node_extra_ca_certs|ssl_cert_(file|dir))$/i;

export const registry = execFileSync("npm", ["config", "get", "registry"], {
  encoding: "utf8",
  shell: process.platform === "win32",
}).trim();

export function strangerEnv(home: string): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name]) => OF_THE_MACHINE.test(name));
  return {
    ...(Object.fromEntries(kept) as Record<string, string>),
    HOME: home,
    USERPROFILE: home,
    npm_config_registry: registry,
    MAKEANYTHING_THREADS: "1",
  };
}

export async function connect(
  command: string,
  args: string[],
  env: Record<string, string>,
): Promise<{ client: Client; pid: number }> {
  const client = new Client({ name: "stranger", version: "1" });
  const transport = new StdioClientTransport({ command, args, env, stderr: "inherit" });
  await client.connect(transport);
  return { client, pid: transport.pid! };
}
