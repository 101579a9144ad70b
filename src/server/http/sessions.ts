// All sessions: how many there may be, whose they are, and when one has been left.
import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import type { Logger } from "pino";
import { errorRecord } from "../error-record.js";
import type { Clock } from "./clock.js";
import { EventShelf } from "./events.js";
import type { Limits } from "./limits.js";
import { refuseForNow, Refusal } from "./refusal.js";
import { Session } from "./session.js";

/** Who a session belongs to. */
export interface Caller {
  /** undefined where callers are not told apart */
  owner: string | undefined;
}

export interface SessionsOptions {
  /** makes the MCP server of a new session */
  openServer: (caller: Caller) => McpServer;
  limits: Limits;
  now: Clock;
  log: Logger;
}

const RETRY_S = 30;
/** How often it is looked for idle ones, in an idle time. */
const SWEEPS = 4;
const LONGEST_SWEEP_MS = 60_000;

export class Sessions {
  readonly #options: SessionsOptions;
  readonly #shelf: EventShelf;
  readonly #byId = new Map<string, Session>();
  readonly #sweeping: NodeJS.Timeout;
  #isEnding = false;

  constructor(options: SessionsOptions) {
    this.#options = options;
    const { eventBytes, idleMs } = options.limits;
    this.#shelf = new EventShelf(eventBytes);
    const everyMs = Math.min(LONGEST_SWEEP_MS, idleMs / SWEEPS);
    this.#sweeping = setInterval(() => void this.sweep(), everyMs).unref();
  }

  get count(): number {
    return this.#byId.size;
  }

  get eventBytes(): number {
    return this.#shelf.bytes;
  }

  get isEnding(): boolean {
    return this.#isEnding;
  }

  /** How many calls are being answered. */
  get calls(): number {
    return [...this.#byId.values()].reduce((sum, { calls }) => sum + calls, 0);
  }

  /** Throws a Refusal: 429 or 503. */
  async open({ owner }: Caller): Promise<Session> {
    const { openServer, limits, now, log } = this.#options;
    await this.#requireRoom(owner);
    const session = new Session({
      owner,
      server: openServer({ owner }),
      shelf: this.#shelf,
      limits,
      now,
      onClosed: ({ id }) => this.#byId.delete(id),
      onError: (error) => log.debug(errorRecord(error), "protocol error"),
    });
    this.#byId.set(session.id, session);
    await session.open();
    return session;
  }

  /** Somebody else's is as none. Throws a Refusal, 404. */
  find(id: string, { owner }: Caller): Session {
    const session = this.#byId.get(id);
    if (session === undefined || session.owner !== owner)
      throw new Refusal(404, "Session not found; begin a new one with initialize");
    return session;
  }

  /** Ends those that nobody has used for a while. */
  async sweep(): Promise<void> {
    for (const session of this.#byId.values()) if (session.isIdle) await session.close();
  }

  /** From now on no session begins. */
  beginToEnd(): void {
    this.#isEnding = true;
  }

  async close(): Promise<void> {
    this.beginToEnd();
    clearInterval(this.#sweeping);
    await Promise.all([...this.#byId.values()].map((session) => session.close()));
  }

  async #requireRoom(owner: string | undefined): Promise<void> {
    if (this.#isEnding) throw refuseForNow(503, "this server is ending", RETRY_S);
    const { sessions, sessionsPerCaller } = this.#options.limits;
    if (this.#byId.size >= sessions) await this.sweep();
    if (this.#byId.size >= sessions)
      throw refuseForNow(503, `${sessions} sessions are open, which is the most`, RETRY_S);
    const owned = [...this.#byId.values()].filter((session) => session.owner === owner);
    if (owner !== undefined && owned.length >= sessionsPerCaller)
      throw refuseForNow(
        429,
        `${owned.length} of your sessions are open, which is the most; end one with DELETE`,
        RETRY_S,
      );
  }
}
