// The parent's side of a fork: one child, started when first needed, one job at a time. A child that
// hangs, ignores a cancel or dies costs the job it was at; the next job starts a fresh one.
import { type ChildProcess, fork } from "node:child_process";
import { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { WorkerError } from "./error.js";
import { BEGIN, estimate, Pace, type Patience } from "./pace.js";
import type { FromChild, Progress, ToChild } from "./protocol.js";

export interface HostOptions {
  /** the child's script */
  entry: URL;
  /** what people call the child, for messages */
  name: string;
  patience: Patience;
  /** the Node that runs the child; this process's own by default */
  nodePath?: string | undefined;
  /** what the child reads with `readSettings` */
  settings?: object;
  /** how long a child may take to obey a cancel, in ms */
  cancelMs?: number;
  /** how often progress is estimated between two reports, in ms */
  estimateMs?: number;
  /** the code of an error when patience ends */
  timeoutCode?: string;
  /** gets what the child writes to stderr */
  onLog?: ((text: string) => void) | undefined;
}

export interface RunOptions<Report extends Progress = Progress> {
  signal?: AbortSignal | undefined;
  /** gets the child's reports, and the host's estimates between them */
  onProgress?: ((progress: Report) => void) | undefined;
  /** jobs of one kind are about equally fast; the operation's name where nothing is given */
  kind?: string;
}

interface Job {
  id: number;
  operation: string;
  request: unknown;
  kind: string;
  report: ((progress: Progress) => void) | undefined;
  settle: (outcome: { result: unknown } | { error: Error }) => void;
  cancelled: boolean;
  /** it was sent to a child that had been resting, which has not begun it yet */
  mayBeUnread: boolean;
  last: Progress;
  /** when `last` came, in ms */
  lastAt: number;
}

/** A child that talks without end is cut off after so many characters in one job. */
const LOG_CHARACTERS = 32_768;

export class Host {
  readonly #options: Required<HostOptions>;
  readonly #pace: Pace;
  readonly #queue: Job[] = [];
  #job: Job | undefined;
  #child: ChildProcess | undefined;
  #closed = false;
  #jobs = 0;
  #deadline: NodeJS.Timeout | undefined;
  #ticker: NodeJS.Timeout | undefined;
  #logLeft = LOG_CHARACTERS;

  constructor(options: HostOptions) {
    this.#options = {
      cancelMs: 2000,
      estimateMs: 1000,
      timeoutCode: "worker_timeout",
      nodePath: undefined,
      settings: {},
      onLog: undefined,
      ...options,
    };
    this.#pace = new Pace(options.patience);
  }

  /** The child's process id, while there is a child. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /**
   * Asks the child for one operation. Rejects with a WorkerError, to which the child's own errors bring
   * code and message; a request that cannot be cloned rejects with what the clone says.
   */
  run<Result, Report extends Progress = Progress>(
    operation: string,
    request: unknown,
    { signal, onProgress, kind = operation }: RunOptions<Report> = {},
  ): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(this.#error("closed", "is closed"));
      const onAbort = () => this.#cancel(job);
      const job: Job = {
        id: ++this.#jobs,
        operation,
        request,
        kind,
        report: onProgress as ((progress: Progress) => void) | undefined,
        settle: (outcome) => {
          signal?.removeEventListener("abort", onAbort);
          if ("error" in outcome) reject(outcome.error);
          else resolve(outcome.result as Result);
        },
        cancelled: false,
        mayBeUnread: false,
        last: BEGIN,
        lastAt: 0,
      };
      if (signal?.aborted) return reject(this.#cancelled(job));
      signal?.addEventListener("abort", onAbort);
      this.#queue.push(job);
      this.#next();
    });
  }

  /** Ends the child unless it has a job, and tells whether it did; the next job starts a fresh one. */
  async rest(): Promise<boolean> {
    if (this.#job) return false;
    await this.#end(this.#error("closed", "rests"));
    return true;
  }

  /** Ends the child, and every job with code `closed`. */
  async close(): Promise<void> {
    this.#closed = true;
    const error = this.#error("closed", "is closed");
    for (const job of this.#queue.splice(0)) job.settle({ error });
    await this.#end(error);
  }

  async #end(error: Error): Promise<void> {
    const child = this.#child;
    if (!child) return;
    const ended = new AbortController();
    child.once("exit", () => ended.abort());
    this.#kill(error);
    await sleep(1000, undefined, { signal: ended.signal }).catch(() => {});
  }

  #next(): void {
    if (this.#job) return;
    const job = this.#queue.shift();
    if (!job) return;
    this.#job = job;
    this.#logLeft = LOG_CHARACTERS;
    job.lastAt = performance.now();
    this.#expect(this.#options.patience.startMs);
    if (job.report) this.#ticker = setInterval(() => this.#estimate(job), this.#options.estimateMs);
    job.mayBeUnread = this.#child !== undefined;
    try {
      const child = (this.#child ??= this.#start());
      holdLoop(child, true);
      send(child, { id: job.id, operation: job.operation, request: job.request });
    } catch (error) {
      // no memory for a process, or a request that cannot be cloned
      this.#finish({ error: error as Error });
    }
  }

  #start(): ChildProcess {
    const child = fork(this.#options.entry, [JSON.stringify(this.#options.settings)], {
      serialization: "advanced",
      execPath: this.#options.nodePath,
      // A debugger's port, for one, cannot be shared.
      execArgv: [],
      // The parent's stdout may carry a protocol.
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    child.on("message", (message: FromChild) => {
      if (child === this.#child) this.#receive(message);
    });
    child.on("error", (error) => this.#lost(child, error.message));
    // "exit" may come before the last messages were read, "close" does not.
    child.on("close", (code, signal) =>
      this.#lost(child, signal ? `signal ${signal}` : `exit code ${code}`),
    );
    child.stderr?.setEncoding("utf8").on("data", (text: string) => this.#log(text));
    return child;
  }

  #receive(message: FromChild): void {
    const job = this.#job;
    if (message.id !== job?.id) return;
    const ends = message.kind === "result" || message.kind === "error";
    if (job.cancelled) {
      if (ends) this.#finish({ error: this.#cancelled(job) });
      return;
    }
    switch (message.kind) {
      case "started":
        job.mayBeUnread = false;
        return this.#expect(this.#pace.deadlineMs(job.kind, job.last));
      case "progress":
        return this.#advance(job, message.progress);
      case "result":
        this.#pace.record(job.kind, job.last, performance.now() - job.lastAt);
        return this.#finish({ result: message.result });
      case "error":
        return this.#finish({ error: new WorkerError(message.code, message.message) });
    }
  }

  #advance(job: Job, progress: Progress): void {
    const now = performance.now();
    this.#pace.record(job.kind, job.last, now - job.lastAt);
    job.last = progress;
    job.lastAt = now;
    this.#expect(this.#pace.deadlineMs(job.kind, progress));
    job.report?.(progress);
  }

  #estimate(job: Job): void {
    if (job.cancelled) return;
    const expectedMs = this.#pace.expectedMs(job.kind, job.last);
    job.report?.(estimate(job.last, performance.now() - job.lastAt, expectedMs));
  }

  /** Kills the child unless it says something within `ms`. */
  #expect(ms: number): void {
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => {
      const { timeoutCode } = this.#options;
      const silence = `gave no answer for ${ms / 1000} s and was stopped`;
      this.#kill(this.#error(timeoutCode, `${silence}; the next call starts a fresh one`));
    }, ms);
  }

  #cancel(job: Job): void {
    const error = this.#cancelled(job);
    if (job !== this.#job) {
      this.#queue.splice(this.#queue.indexOf(job), 1);
      return job.settle({ error });
    }
    job.cancelled = true;
    if (this.#child) send(this.#child, { cancel: job.id });
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => this.#kill(error), this.#options.cancelMs);
  }

  #kill(error: Error): void {
    const child = this.#child;
    this.#child = undefined;
    child?.kill("SIGKILL");
    this.#finish({ error });
  }

  #lost(child: ChildProcess, reason: string): void {
    if (child !== this.#child) return;
    this.#child = undefined;
    const job = this.#job;
    if (!job) return;
    if (job.cancelled) return this.#finish({ error: this.#cancelled(job) });
    if (job.mayBeUnread) return this.#again(job);
    const what = `died (${reason}) during ${job.operation}; the next call starts a fresh one`;
    this.#finish({ error: this.#error("worker_died", what) });
  }

  /** The child died while it rested: the job was never begun, and a fresh child gets it. */
  #again(job: Job): void {
    this.#leave();
    this.#queue.unshift(job);
    this.#next();
  }

  #leave(): void {
    this.#job = undefined;
    clearTimeout(this.#deadline);
    clearInterval(this.#ticker);
  }

  /** Ends the current job, and begins the next. */
  #finish(outcome: { result: unknown } | { error: Error }): void {
    const job = this.#job;
    this.#leave();
    if (this.#child) holdLoop(this.#child, false);
    job?.settle(outcome);
    this.#next();
  }

  #log(text: string): void {
    const { onLog } = this.#options;
    const cut = text.slice(0, this.#logLeft).trimEnd();
    this.#logLeft -= Math.min(text.length, this.#logLeft);
    if (cut) onLog?.(cut);
  }

  #cancelled(job: Job): WorkerError {
    return this.#error(
      "cancelled",
      `was asked to stop before the end of ${job.operation}; call again to begin anew`,
    );
  }

  #error(code: string, what: string): WorkerError {
    return new WorkerError(code, `the ${this.#options.name} process ${what}`);
  }
}

/** A failed delivery means that the child is gone; "close" follows. */
function send(child: ChildProcess, message: ToChild): void {
  child.send(message, () => {});
}

/** An idle child must not keep the parent from ending. */
function holdLoop(child: ChildProcess, hold: boolean): void {
  const held = [child, child.channel, child.stderr instanceof Socket ? child.stderr : undefined];
  for (const handle of held) {
    if (hold) handle?.ref();
    else handle?.unref();
  }
}
