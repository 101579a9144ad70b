// An MCP server over a context: tools, resources, prompts, and who we are.
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import type { Logger } from "pino";
import { type Binding, bindTools, type Called } from "./bind.js";
import { bindExports } from "./exports.js";
import { bindNews } from "./news.js";
import { bindPlayer } from "./player.js";
import { bindPrompts } from "./prompts.js";
import { bindResources } from "./resources.js";
import { clientFolders } from "./roots.js";
import type { Context, Jobs } from "../procedures/index.js";
import { prompts } from "../prompts/index.js";
import { createTools, type ToolSettings } from "../tools/index.js";

export interface ServerOptions extends Pick<Binding, "onCalled"> {
  context: Context;
  /** of the process: they outlive a connection */
  jobs: Jobs;
  /** who speaks, where several people share the process: sees only their own procedures and jobs */
  owner?: string | undefined;
  /** the client runs on this machine, as this user: the folders it offers may be read */
  isLocal?: boolean;
  settings: ToolSettings;
  log: Logger;
  version: string;
}

const INSTRUCTIONS =
  "Paints step-by-step picture sequences of how things are made. list_domains tells what the installed model can draw. " +
  "Where an answer says that the work is still running, get_procedure waits further and then shows it. " +
  "Warnings tell where the pictures do not show what was asked for; whoever has looked at them can correct captions with caption_steps. " +
  "Pictures attached to a chat do not reach this server: find_images lists the files it may read.";

export function createServer(options: ServerOptions): McpServer {
  const { settings, log, version, owner, isLocal = false, onCalled } = options;
  const server = new McpServer(
    { name: "makeanything", title: "MakeAnything", version },
    {
      instructions: INSTRUCTIONS,
      capabilities: { logging: {} },
      // Several procedures that come at once are one change of the list.
      debouncedNotificationMethods: ["notifications/resources/list_changed"],
    },
  );
  const context: Context = {
    ...options.context,
    store: options.context.store.ownedBy(owner),
    ...(isLocal && { clientFolders: clientFolders(server, log) }),
  };
  const jobs = options.jobs.ownedBy(owner);
  const tell = (called: Called) => {
    onCalled?.(called);
    tellLog(server, called);
  };
  const binding = { context, jobs, settings, log, version, onCalled: tell };
  bindTools(server, createTools(context.domains), binding);
  bindPlayer(server);
  bindResources(server, context);
  bindExports(server, context);
  bindNews(server, context.store);
  bindPrompts(server, prompts, context);
  return server;
}

/** A client that shows a server's log hears which calls failed, and nothing of what they asked for. */
function tellLog({ server }: McpServer, { tool, outcome }: Called): void {
  if (outcome !== "error") return;
  const message = { level: "warning" as const, logger: "tools", data: { tool, outcome } };
  server.sendLoggingMessage(message, server.transport?.sessionId).catch(() => {});
}
