// A hub with one large file, an empty cache, and requests that do not wait long.
import path from "node:path";
import type { Hub } from "#src/models/index.js";
import { hubFrom } from "#src/models/index.js";
import { hubs, type HubServer } from "./hub-server.js";
import { temporaryFolder } from "../support/temporary.js";

export const REPOSITORY = "black-forest-labs/FLUX.1-dev";
export const FILE = { repository: REPOSITORY, path: "ae.safetensors", licence: "Some Licence" };
/** several ranges of the smallest size, and a bit */
export const SIZE = 3 * 2 ** 20 + 12_345;

export interface Setting {
  server: HubServer;
  bytes: Buffer;
  /** which hub, as its variables say it */
  hub(env?: NodeJS.ProcessEnv): Hub;
}

export function settings(): (sizeBytes?: number) => Promise<Setting> {
  const openServer = hubs();
  const home = temporaryFolder();
  let count = 0;
  return async (sizeBytes = SIZE) => {
    const server = await openServer();
    const bytes = server.add(REPOSITORY, FILE.path, sizeBytes);
    const own = { HF_ENDPOINT: server.endpoint, HF_HOME: path.join(home, String(count++)) };
    const manner = { leastBytes: 2 ** 18, firstWaitMs: 5, stallMs: 2000 };
    return { server, bytes, hub: (env) => hubFrom({ ...own, ...env }, home, manner) };
  };
}
