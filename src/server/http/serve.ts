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
  const { ended, again } = watchSignals();
  const url = await server.listen(address);
  log.info({ url }, "serving");
  if (!isLoopback(new URL(url).hostname.replace(/^\[|\]$/g, "")))
    log.warn("requests come unencrypted; others should reach this through a proxy with TLS");

  log.info({ reason: await ended }, "ending");
  await server.close({ signal: again });
  await close();
}

/** `again` is aborted at the second signal. */
function watchSignals(): { ended: Promise<string>; again: AbortSignal } {
  const again = new AbortController();
  let isFirst = true;
  const ended = new Promise<string>((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const)
      process.on(signal, () => {
        if (!isFirst) again.abort();
        isFirst = false;
        resolve(signal);
      });
  });
  return { ended, again: again.signal };
}
