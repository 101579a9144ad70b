// The step player as an MCP App: its page as a resource, and what its tools say of it.
import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { appPage, appUri } from "../player/index.js";
import type { Tool } from "../tools/index.js";

const MIME_TYPE = "text/html;profile=mcp-app";

export function bindPlayer(server: McpServer): void {
  const look = { _meta: { ui: { prefersBorder: true } } };
  const about = {
    title: "Step player",
    description: "Shows a procedure step by step, for hosts with MCP Apps.",
    mimeType: MIME_TYPE,
    ...look,
  };
  server.registerResource("player", appUri, about, ({ href }) => ({
    contents: [{ uri: href, mimeType: MIME_TYPE, text: appPage, ...look }],
  }));
}

/** The address twice: older hosts read the flat key. */
export function playerMeta({ player }: Tool): { _meta?: Record<string, unknown> } {
  if (player === "feeds") return { _meta: { ui: { visibility: ["app"] } } };
  if (player === "shows")
    return { _meta: { ui: { resourceUri: appUri }, "ui/resourceUri": appUri } };
  return {};
}
