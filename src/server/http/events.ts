// What streams have said, kept for clients whose stream broke off and who come again. All of it together
// is bounded, and each session's too: past that the oldest goes, and with it the right to resume there.
import type {
  EventId,
  EventStore,
  StreamId,
} from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import {
  isJSONRPCErrorResponse,
  isJSONRPCResultResponse,
  type JSONRPCMessage,
} from "@modelcontextprotocol/sdk/types.js";

export interface Event {
  id: EventId;
  streamId: StreamId;
  message: JSONRPCMessage;
  bytes: number;
}

/** What all sessions share: the oldest of their events first. */
export class EventShelf {
  readonly #maxBytes: number;
  readonly #drops = new Map<Event, () => void>();
  bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** @param drop - lets the event's session forget it, which tells `remove` */
  add(event: Event, drop: () => void): void {
    this.#drops.set(event, drop);
    this.bytes += event.bytes;
    for (const dropOldest of this.#drops.values()) {
      if (this.bytes <= this.#maxBytes) break;
      dropOldest();
    }
  }

  remove(event: Event): void {
    if (this.#drops.delete(event)) this.bytes -= event.bytes;
  }
}

export class SessionEvents implements EventStore {
  readonly #shelf: EventShelf;
  readonly #maxBytes: number;
  /** in their order */
  readonly #events = new Map<EventId, Event>();
  #bytes = 0;
  #count = 0;

  constructor(shelf: EventShelf, maxBytes: number) {
    this.#shelf = shelf;
    this.#maxBytes = maxBytes;
  }

  async storeEvent(streamId: StreamId, message: JSONRPCMessage): Promise<EventId> {
    const id = String(++this.#count);
    const event = { id, streamId, message, bytes: Buffer.byteLength(JSON.stringify(message)) };
    this.#events.set(id, event);
    this.#bytes += event.bytes;
    this.#shelf.add(event, () => this.#drop(event));
    for (const oldest of this.#events.values()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#drop(oldest);
    }
    return id;
  }

  async getStreamIdForEventId(id: EventId): Promise<StreamId | undefined> {
    return this.#events.get(id)?.streamId;
  }

  async replayEventsAfter(
    id: EventId,
    { send }: { send: (id: EventId, message: JSONRPCMessage) => Promise<void> },
  ): Promise<StreamId> {
    for (const event of this.#after(id)) if (!isPriming(event)) await send(event.id, event.message);
    return this.#events.get(id)?.streamId ?? "";
  }

  /** What came after an event in a stream that has given its answer; undefined while it goes on. */
  finished(id: EventId): Event[] | undefined {
    const streamId = this.#events.get(id)?.streamId;
    const last = [...this.#events.values()].findLast((event) => event.streamId === streamId);
    const isAnswered =
      last && (isJSONRPCResultResponse(last.message) || isJSONRPCErrorResponse(last.message));
    return isAnswered ? this.#after(id) : undefined;
  }

  clear(): void {
    for (const event of this.#events.values()) this.#drop(event);
  }

  #after(id: EventId): Event[] {
    const from = this.#events.get(id);
    const all = [...this.#events.values()];
    if (from === undefined) return [];
    return all.slice(all.indexOf(from) + 1).filter(({ streamId }) => streamId === from.streamId);
  }

  #drop(event: Event): void {
    if (!this.#events.delete(event.id)) return;
    this.#bytes -= event.bytes;
    this.#shelf.remove(event);
  }
}

/** A stream's first event, which is nothing but an id. */
function isPriming({ message }: Event): boolean {
  return Object.keys(message).length === 0;
}
