// Trying again what may pass: with a wait that doubles, or the one that the server asks for. An attempt
// that brought something counts as the first.
import { setTimeout as sleep } from "node:timers/promises";
import { ModelsError } from "./error.js";
import type { Manner } from "./hub.js";

export interface PersistOptions {
  manner: Manner;
  signal: AbortSignal;
  /** grows with what the attempts bring */
  progress?: () => number;
}

/** Throws what the last attempt threw; the signal's reason once it is aborted. */
export async function persist<T>(
  attempt: () => Promise<T>,
  { manner, signal, progress = () => 0 }: PersistOptions,
): Promise<T> {
  let before = progress();
  for (let tried = 1; ; tried++) {
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      if (progress() > before) tried = 1;
      before = progress();
      const waitMs = nextWait(error, tried, manner);
      if (waitMs === undefined) throw error;
      await sleep(waitMs, undefined, { signal });
    }
  }
}

function nextWait(error: unknown, tried: number, manner: Manner): number | undefined {
  if (!(error instanceof ModelsError) || error.retryMs === undefined) return undefined;
  if (tried >= manner.tries || error.retryMs > manner.longestWaitMs) return undefined;
  const own = manner.firstWaitMs * 2 ** (tried - 1) * (0.5 + Math.random() / 2);
  return Math.max(own, error.retryMs);
}

/** What the network throws, as an error that may pass. */
export function lostConnection(host: string, error: unknown): ModelsError {
  if (error instanceof ModelsError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  const reason = message || code; // one that tried several addresses has no message
  return new ModelsError(
    "unreachable",
    `the connection to ${host} failed (${reason}); run the same command again to go on from here`,
    { cause: error, retryMs: 0 },
  );
}
