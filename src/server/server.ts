// An MCP server over a context: tools, resources, and who we are.
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import type { Logger } from "pino";
import { bindTools } from "./bind.js";
import { bindResources } from "./resources.js";
import type { Context } from "../procedures/index.js";
import { createTools, type ToolSettings } from "../tools/index.js";

export interface ServerOptions {
  context: Context;
  settings: ToolSettings;
  log: Logger;
  version: string;
}

export function createServer({ context, settings, log, version }: ServerOptions): McpServer {
  const server = new McpServer(
    { name: "makeanything", title: "MakeAnything", version },
    {
      instructions:
        "Paints step-by-step picture sequences of how things are made. list_domains tells what the installed model can draw; warnings in an answer tell where the pictures do not show what was asked for.",
    },
  );
  bindTools(server, createTools(context.domains), { context, settings, log });
  bindResources(server, context.store);
  return server;
}
