// The HTTP server, whatever MCP server it opens for each session: where it listens, and how it ends.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Address, isLoopback, resolveAddress, toUrlHost } from "./address.js";
import { createApp } from "./app.js";
import type { Clock } from "./clock.js";
import { HttpError } from "./error.js";
import type { Names } from "./hosts.js";
import { type Limits, LIMITS } from "./limits.js";
import { Metrics } from "./metrics.js";
import { type OAuthOptions, openOAuth } from "./oauth.js";
import { type SessionsOptions, Sessions } from "./sessions.js";
import type { NamedToken } from "./tokens.js";
import { answerOnTheWire } from "./wire.js";

export interface HttpServerOptions extends Pick<SessionsOptions, "openServer" | "log">, Names {
  /** who may ask; without them, and without `oauth`, this machine alone */
  tokens?: readonly NamedToken[] | undefined;
  oauth?: OAuthOptions | undefined;
  limits?: Partial<Limits> | undefined;
  metrics?: Metrics;
  now?: Clock;
}

export interface HttpServer {
  /**
   * Listens, and gives the address of MCP. Throws an HttpError: `bad_address`, `address_taken`, or
   * `needs_token` for an address that others reach too.
   */
  listen(address: Address): Promise<string>;
  /** Ends: no new sessions, a while for the calls that are answered now, then nothing more. */
  close(options?: { signal?: AbortSignal }): Promise<void>;
}

const HEADERS_MS = 15_000;
const REQUEST_MS = 60_000;
const MOST_CONNECTIONS = 1000;
/** A connection on which nothing moves for so many signs of life has nobody at its other end. */
const SILENT_KEEP_ALIVES = 4;
const LOOK_MS = 50;

/** Throws an HttpError, `bad_oauth`. */
export async function createHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { openServer, log, tokens = [], hosts, origins } = options;
  const { metrics = new Metrics(), now = () => performance.now() } = options;
  const limits: Limits = { ...LIMITS, ...options.limits };
  const oauth = options.oauth && (await openOAuth(options.oauth, now));
  const sessions = new Sessions({ openServer, limits, now, log });
  metrics.gauge("sessions", "Sessions that are open.", () => sessions.count);
  metrics.gauge("event_bytes", "Kept for streams that may be resumed.", () => sessions.eventBytes);

  const named = { hosts: [...(hosts ?? []), ...(oauth ? [oauth.resource.hostname] : [])], origins };
  const app = createApp({ sessions, names: named, tokens, oauth, metrics, limits, now, log });
  const server = createServer(
    { headersTimeout: HEADERS_MS, requestTimeout: REQUEST_MS, requireHostHeader: false },
    app,
  );
  server.maxConnections = MOST_CONNECTIONS;
  server.setTimeout(SILENT_KEEP_ALIVES * limits.keepAliveMs);
  answerOnTheWire(server);

  async function listen(address: Address): Promise<string> {
    const { host, port } = await resolveAddress(address);
    if (!isLoopback(host) && tokens.length === 0 && oauth === undefined)
      throw new HttpError(
        "needs_token",
        `${address.host} can be reached from other machines: set MAKEANYTHING_HTTP_TOKENS (name=token), httpTokensFile or httpOauth first, or serve on 127.0.0.1`,
      );
    await new Promise<void>((resolve, reject) => {
      server.once("error", (error: NodeJS.ErrnoException) => reject(whyNot(error, address)));
      server.listen({ host, port }, resolve);
    });
    const { port: actual } = server.address() as AddressInfo;
    return `http://${toUrlHost(host)}:${actual}/mcp`;
  }

  async function close({ signal }: { signal?: AbortSignal } = {}): Promise<void> {
    sessions.beginToEnd();
    const end = now() + limits.graceMs;
    const isOver = () => sessions.calls === 0 || now() >= end || signal?.aborted;
    while (!isOver()) await sleep(LOOK_MS);
    await sessions.close();
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  return { listen, close };
}

function whyNot({ code, message }: NodeJS.ErrnoException, { host, port }: Address): HttpError {
  if (code === "EADDRINUSE")
    return new HttpError(
      "address_taken",
      `${host}:${port} is taken, perhaps by another of these servers; name another, as --http ${host}:${port + 1}`,
    );
  return new HttpError("bad_address", `cannot listen on ${host}:${port}: ${message}`);
}
