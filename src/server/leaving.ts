// When a request is cancelled or its client goes away: does somebody want the work to stop, or has a
// clock run out somewhere? Only the first ends what others may still come back for.

export interface Leaving {
  /** aborted when nobody waits for the answer any more */
  signal: AbortSignal;
  /** aborted before it when the work shall stop too */
  stop: AbortSignal;
}

/** What clients of the SDK give as the reason when their patience ends. */
const TIMEOUT = /-32001|timed? ?out/i;

/**
 * @param cancelled - the SDK's signal: aborted by a cancel with its reason, and when the connection closes
 * @param isConnected - whether the client is still there
 */
export function watchLeaving(cancelled: AbortSignal, isConnected: () => boolean): Leaving {
  const gone = new AbortController();
  const stop = new AbortController();
  // The SDK aborts a closing connection's requests first and lets go of the connection after that.
  const decide = () =>
    queueMicrotask(() => {
      if (isConnected() && !TIMEOUT.test(String(cancelled.reason))) stop.abort();
      gone.abort();
    });
  if (cancelled.aborted) decide();
  else cancelled.addEventListener("abort", decide, { once: true });
  return { signal: gone.signal, stop: stop.signal };
}
