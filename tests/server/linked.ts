// A server and a client of the SDK in this process; what paints is a fake, everything else is real.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import {
  type LoggingMessageNotification,
  LoggingMessageNotificationSchema,
  ResourceListChangedNotificationSchema,
  ResourceUpdatedNotificationSchema,
} from "@modelcontextprotocol/sdk/types.js";
import type { Context, Jobs } from "#src/procedures/index.js";
import { createServer } from "#src/server/index.js";
import { pino } from "pino";
import { openWorkshop } from "../procedures/workshop.js";

export interface Linked {
  client: Client;
  /** what the client heard: "list", or the address of what was updated */
  heard: string[];
  logged: LoggingMessageNotification["params"][];
  close(): Promise<void>;
}

/** @param painter - stands in for the usual fake */
export async function link(
  dataDir: string,
  { owner, painter }: { owner?: string; painter?: { context: Context; jobs: Jobs } } = {},
): Promise<Linked> {
  const workshop = await openWorkshop(dataDir);
  const server = createServer({
    context: painter?.context ?? workshop,
    jobs: painter?.jobs ?? workshop.jobs,
    owner,
    settings: { previewBudgetBytes: 700 * 1024, previewSidePx: 640 },
    log: pino({ level: "silent" }),
    version: "1.2.3",
  });
  const client = new Client({ name: "test", version: "1" });
  const linked: Linked = { client, heard: [], logged: [], close: () => client.close() };
  client.setNotificationHandler(ResourceListChangedNotificationSchema, () => {
    linked.heard.push("list");
  });
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params: { uri } }) => {
    linked.heard.push(uri);
  });
  client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => {
    linked.logged.push(params);
  });
  const [here, there] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(there), client.connect(here)]);
  return linked;
}
