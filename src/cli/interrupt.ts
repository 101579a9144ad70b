// Ctrl-C, as a signal that long work listens to.
const interrupt = new AbortController();

/** Aborts at the first Ctrl-C; a second one ends the process at once. */
export function interruptible(): AbortSignal {
  process.once("SIGINT", () => interrupt.abort());
  process.once("SIGTERM", () => interrupt.abort());
  return interrupt.signal;
}

export function isInterrupted(): boolean {
  return interrupt.signal.aborted;
}
