// Our server over HTTP, and its end: at SIGTERM or SIGINT calls get a while, at the second one none.
import type { ServerOptions } from "../server.js";
import { createServer } from "../server.js";
import { type Address, isLoopback } from "./address.js";
import { Metrics } from "./metrics.js";
import { createHttpServer, type HttpServerOptions } from "./server.js";

export type ServeHttpOptions = Omit<ServerOptions, "owner" | "isLocal" | "onCalled"> &
  Pick<HttpServerOptions, "tokens" | "oauth" | "hosts" | "origins" | "limits"> & {
    address: Address;
    /** ends the children */
    close: () => Promise<void>;
  };

/** Serves until a signal comes. Throws an HttpError. */
export async function serveHttp({ address, close, ...options }: ServeHttpOptions): Promise<void> {
  const { context, jobs, log } = options;
  const metrics = new Metrics();
  metrics.watchJobs(jobs);
  metrics.watchEngine(context.engine);
  const onCalled = metrics.onCalled.bind(metrics);
  const server = await createHttpServer({
    ...options,
    metrics,
    openServer: ({ owner }) => createServer({ ...options, owner, onCalled }),
  });
  const ended = untilSignal();
  const url = await server.listen(address);
  log.info({ url }, "serving");
  if (!isLoopback(new URL(url).hostname.replace(/^\[|\]$/g, "")))
    log.warn("requests come unencrypted; others should reach this through a proxy with TLS");

  log.info({ reason: await ended }, "ending");
  const hurry = new AbortController();
  void untilSignal().then(() => hurry.abort());
  await server.close({ signal: hurry.signal });
  await close();
}

function untilSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const)
      process.once(signal, () => resolve(signal));
  });
}
