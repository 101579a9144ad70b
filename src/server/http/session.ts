// One client's session: an SDK server of its own, over a transport, with what its streams have said.
import { randomUUID } from "node:crypto";
import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { Request, Response } from "express";
import type { Clock } from "./clock.js";
import { type Event, type EventShelf, SessionEvents } from "./events.js";
import type { Limits } from "./limits.js";
import { refuseForNow } from "./refusal.js";

export interface SessionOptions {
  owner: string | undefined;
  server: McpServer;
  shelf: EventShelf;
  limits: Limits;
  now: Clock;
  onClosed: (session: Session) => void;
  onError: (error: Error) => void;
}

/** When a client whose stream broke off shall come again. */
const RETRY_MS = 1000;

export class Session {
  readonly id = randomUUID();
  readonly owner: string | undefined;
  readonly #server: McpServer;
  readonly #transport: StreamableHTTPServerTransport;
  readonly #events: SessionEvents;
  readonly #limits: Limits;
  readonly #now: Clock;
  #calls = 0;
  #streams = 0;
  #usedAtMs: number;

  /** Whoever makes it opens it. */
  constructor({ owner, server, shelf, limits, now, onClosed, onError }: SessionOptions) {
    this.owner = owner;
    this.#server = server;
    this.#limits = limits;
    this.#now = now;
    this.#usedAtMs = now();
    this.#events = new SessionEvents(shelf, limits.eventBytesPerSession);
    this.#transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => this.id,
      eventStore: this.#events,
      keepAliveMs: limits.keepAliveMs,
      retryInterval: RETRY_MS,
    });
    this.#transport.onclose = () => {
      this.#events.clear();
      onClosed(this);
    };
    server.server.onerror = onError;
  }

  open(): Promise<void> {
    return this.#server.connect(this.#transport as Transport);
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  /** How many calls are being answered. */
  get calls(): number {
    return this.#calls;
  }

  get isIdle(): boolean {
    const isUsed = this.#calls + this.#streams > 0;
    return !isUsed && this.#now() - this.#usedAtMs >= this.#limits.idleMs;
  }

  /** Throws a Refusal, 429. @param body - of a POST */
  async handle(req: Request, res: Response, body?: object): Promise<void> {
    if (this.#calls + this.#streams >= this.#limits.requestsPerSession)
      throw refuseForNow(429, "too many requests of this session are open; end some first", 1);
    this.#count(req, res);
    const rest = this.#finished(req);
    if (rest) return sendEvents(res, rest);
    await this.#transport.handleRequest(req, res, body);
    // What should have begun the session did not.
    if (this.#transport.sessionId === undefined) await this.close();
  }

  #count({ method }: Request, res: Response): void {
    const isCall = method === "POST";
    if (isCall) this.#calls++;
    else this.#streams++;
    res.once("close", () => {
      if (isCall) this.#calls--;
      else this.#streams--;
      this.#usedAtMs = this.#now();
    });
  }

  /** The SDK would keep a stream open for ever that has nothing more to say. */
  #finished({ method, headers }: Request): Event[] | undefined {
    const id = headers["last-event-id"];
    return method === "GET" && typeof id === "string" ? this.#events.finished(id) : undefined;
  }
}

function sendEvents(res: Response, events: readonly Event[]): void {
  res.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-cache" });
  for (const { id, message } of events)
    res.write(`event: message\nid: ${id}\ndata: ${JSON.stringify(message)}\n\n`);
  res.end();
}
