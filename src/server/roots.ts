// The folders that the client works in: asked for when a picture is first looked for, and again after it
// says that they have changed. Only a client that runs on this machine, as this user, may be believed.
import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { RootsListChangedNotificationSchema } from "@modelcontextprotocol/sdk/types.js";
import type { Logger } from "pino";
import { rootFolders } from "../sources/index.js";

/** A client that does not answer has no folders to offer. */
const PATIENCE_MS = 5000;

export function clientFolders(
  { server }: McpServer,
  log: Logger,
): () => Promise<readonly string[]> {
  let folders: Promise<string[]> | undefined;
  server.setNotificationHandler(RootsListChangedNotificationSchema, () => {
    folders = undefined;
  });
  return () => (folders ??= ask());

  async function ask(): Promise<string[]> {
    if (server.getClientCapabilities()?.roots === undefined) return [];
    try {
      return rootFolders((await server.listRoots({}, { timeout: PATIENCE_MS })).roots);
    } catch {
      log.warn("the client does not tell its roots");
      return [];
    }
  }
}
