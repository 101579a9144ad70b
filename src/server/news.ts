// What a client hears without asking: that the list of procedures has changed, and that a procedure it
// subscribes to has become ready or was given other captions.
import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import {
  ErrorCode,
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { PARTS } from "./procedure-parts.js";
import type { News, Store } from "../procedures/index.js";

/** Of one client. */
const MOST_SUBSCRIPTIONS = 1000;
const HANDLE = /^procedure:\/\/([0-9a-z]{16})(\/[\w./-]{1,40})$/;

/** The ends of the handles whose content changes with the captions. */
const TOLD = new Set(
  PARTS.filter(({ hasCaptions }) => hasCaptions).map(({ handle }) => handle.split("{id}")[1]),
);

interface Subscription {
  id: string;
  hasCaptions: boolean;
}

export function bindNews({ server }: McpServer, store: Store): void {
  const subscribed = new Map<string, Subscription>();
  server.registerCapabilities({ resources: { subscribe: true, listChanged: true } });

  server.setRequestHandler(SubscribeRequestSchema, async ({ params: { uri } }) => {
    // Nothing but a procedure changes. Whether there is one is not said: it may be on its way.
    const [, id, path] = HANDLE.exec(uri) ?? [];
    if (id === undefined) return {};
    if (subscribed.size >= MOST_SUBSCRIPTIONS && !subscribed.has(uri))
      throw Object.assign(
        new Error(`${MOST_SUBSCRIPTIONS} subscriptions are the most; unsubscribe from some first`),
        { code: ErrorCode.InvalidRequest },
      );
    subscribed.set(uri, { id, hasCaptions: TOLD.has(path) });
    await store.look();
    return {};
  });

  server.setRequestHandler(UnsubscribeRequestSchema, ({ params: { uri } }) => {
    subscribed.delete(uri);
    return {};
  });

  function onNews({ id, what }: News): void {
    if (what !== "retold") tell(server.sendResourceListChanged());
    for (const [uri, { id: ofId, hasCaptions }] of subscribed) {
      const isNew = what === "came" || (what === "retold" && hasCaptions);
      if (ofId === id && isNew) tell(server.sendResourceUpdated({ uri }));
    }
  }

  const follows = () => [...subscribed.values()].map(({ id }) => id);
  let stop: (() => void) | undefined;
  server.oninitialized = () => {
    stop ??= store.listen({ onNews, follows });
  };
  const { onclose } = server;
  server.onclose = () => {
    onclose?.();
    stop?.();
  };
}

/** A client that is gone is noticed elsewhere. */
function tell(sending: Promise<void>): void {
  sending.catch(() => {});
}
