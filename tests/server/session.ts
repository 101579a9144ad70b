// The real server, spoken to by the SDK's own client.
import { readFileSync } from "node:fs";
import path from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { packageRoot } from "#src/config.js";
import type { ProcedureRecord } from "#src/tools/index.js";

export const bin = path.join(packageRoot(), "dist", "src", "cli.js");

export class Session {
  readonly client = new Client({ name: "test", version: "1" });
  readonly #transport: StdioClientTransport;
  log = "";

  constructor(env: Record<string, string>, ...flags: string[]) {
    this.#transport = new StdioClientTransport({
      command: process.execPath,
      args: [bin, "serve", "--log-level", "debug", ...flags],
      // Engines side by side that each wait for every core are many times slower.
      env: { MAKEANYTHING_THREADS: "1", ...env },
      stderr: "pipe",
    });
    this.#transport.stderr?.on("data", (chunk: Buffer) => (this.log += chunk.toString()));
  }

  open(): Promise<void> {
    return this.client.connect(this.#transport);
  }

  close(): Promise<void> {
    return this.client.close();
  }

  get pid(): number {
    return this.#transport.pid!;
  }

  async call(name: string, input: Record<string, unknown>): Promise<CallToolResult> {
    return (await this.client.callTool({ name, arguments: input })) as CallToolResult;
  }

  async make(name: string, input: Record<string, unknown>): Promise<ProcedureRecord> {
    const result = await this.call(name, input);
    if (result.isError) throw new Error(textOf(result));
    return result.structuredContent as ProcedureRecord;
  }
}

export function textOf({ content }: CallToolResult): string {
  return content.map((block) => (block.type === "text" ? block.text : "")).join("\n");
}

/** Process ids, by the name of the script; none where the system does not tell. */
export function childrenOf(pid: number): Map<string, number> {
  if (process.platform !== "linux") return new Map();
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ");
  return new Map(
    children.filter(Boolean).map((child) => {
      const [, script = ""] = readFileSync(`/proc/${child}/cmdline`, "utf8").split("\0");
      return [path.basename(script, ".js"), Number(child)];
    }),
  );
}
