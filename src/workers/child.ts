// The child's side of a fork: answers requests with an operation's progress, and its result or error.
import { Worker } from "node:worker_threads";
import type { FromChild, Progress, ToChild } from "./protocol.js";

export interface OperationContext {
  /** aborted when the caller no longer wants the result */
  signal: AbortSignal;
  onProgress: (progress: Progress) => void;
}

/** Operations let the event loop turn between steps (`setImmediate`), or a cancel is never heard. */
export type Operation = (request: never, context: OperationContext) => Promise<unknown>;

/** What the host gave the child to start with. */
export function readSettings<Settings>(): Settings {
  return JSON.parse(process.argv[2]!) as Settings;
}

/** Serves the parent until it disconnects or dies. */
export function serveOperations<T extends { [Name in keyof T]: Operation }>(operations: T): void {
  if (!process.send)
    throw new Error("this script is forked by the server, it does nothing by hand");
  const table: Record<string, Operation | undefined> = operations;
  const running = new Map<number, AbortController>();
  endWithParent();

  process.on("message", async (message: ToChild) => {
    if ("cancel" in message) return running.get(message.cancel)?.abort();
    const { id, operation, request } = message;
    const { signal } = running.set(id, new AbortController()).get(id)!;
    send({ id, kind: "started" });
    try {
      const run = table[operation];
      if (!run) throw new Error(`no operation "${operation}"`);
      const onProgress = (progress: Progress) => send({ id, kind: "progress", progress });
      const result = await run(request as never, { signal, onProgress });
      send({ id, kind: "result", result });
    } catch (error) {
      send({ id, kind: "error", ...describe(error) });
    } finally {
      running.delete(id);
    }
  });
}

/** A terminal sends Ctrl-C to parent and child alike: the parent decides what becomes of the child. */
function endWithParent(): void {
  process.on("SIGINT", () => {});
  // An ordinary exit would first wait for native work in the thread pool.
  process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
  const watch = new URL("./parent-watch.js", import.meta.url);
  new Worker(watch, { workerData: process.ppid }).unref();
}

/** A failed delivery means that the parent is gone; "disconnect" follows. */
function send(message: FromChild): void {
  process.send?.(message, undefined, undefined, () => {});
}

function describe(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: "worker_error", message: String(error) };
  const code = "code" in error && typeof error.code === "string" ? error.code : "worker_error";
  return { code, message: error.message };
}
