// The jobs of this server: one is made at a time, a few wait, and none belongs to the request that asked
// for it. What becomes of each is written where other servers, and this one after a restart, can read it.
import { EventEmitter } from "node:events";
import { type Clock, Eta } from "./eta.js";
import type { Job } from "./job.js";
import type { JobFiles } from "./job-files.js";
import { sayDuration } from "./words.js";
import { ownMark } from "../../processes.js";
import { ProcedureError } from "../error.js";
import { newId } from "../id.js";
import type { MakeProgress } from "../paint.js";
import type { Plan } from "../plan.js";
import { reasonOf } from "../words.js";
import type { Raster } from "../../raster.js";

interface Entry {
  job: Job;
  plan: Plan;
  clock: Clock;
  controller: AbortController;
  /** the latest of the page that is painted */
  preview?: Raster | undefined;
  /** what is written of a job, one after the other */
  written: Promise<void>;
}

export interface QueueLimits {
  /** how many jobs may wait */
  waiting: number;
  /** how many of them, with the one that is made, may be one owner's; what is nobody's is not counted */
  perOwner: number;
}

const BEAT_MS = 2000;
/** The jobs that wait are written at every so-manieth beat, for others to see that they live. */
const WAITING_BEATS = 5;
const HOW_TO_CANCEL = "list_procedures names them, cancel_procedure stops one";

export class JobQueue {
  /** emits a job's id whenever something about it changed, and `change` with the id */
  readonly changes = new EventEmitter().setMaxListeners(0);
  readonly limits: QueueLimits;
  /** how many have come to their end, by how */
  readonly ended = { done: 0, failed: 0, cancelled: 0 };
  readonly #files: JobFiles;
  readonly #waiting: Entry[] = [];
  /** those that are painted and not yet saved: the engine is free for the next */
  readonly #painted = new Set<Entry>();
  /** those whose end is being written */
  readonly #ending = new Set<Entry>();
  readonly #eta = new Eta();
  /** the one that has the engine */
  #running: Entry | undefined;
  #beats = 0;
  #beat: NodeJS.Timeout | undefined;
  #isSwept = false;
  #isClosed = false;

  constructor(files: JobFiles, limits: QueueLimits) {
    this.#files = files;
    this.limits = limits;
  }

  /** Those that are made or wait, in their order. */
  get jobs(): Job[] {
    return this.#entries.map(({ job }) => ({ ...job, ...this.#etaOf(job.id) }));
  }

  /** Undefined where there is none, or its file says all. */
  find(id: string): Job | undefined {
    const entry = [...this.#entries, ...this.#ending].find(({ job }) => job.id === id);
    return entry && { ...entry.job, ...this.#etaOf(id) };
  }

  /** The page of a job as it seems to become, where it is being painted and the model can tell. */
  previewOf(id: string): Raster | undefined {
    return this.#entries.find(({ job }) => job.id === id)?.preview;
  }

  get #entries(): Entry[] {
    return [...this.#painted, ...(this.#running ? [this.#running] : []), ...this.#waiting];
  }

  /** Throws `queue_full` or `too_many_jobs`. */
  requireRoom(owner: string | undefined): void {
    if (this.#waiting.length >= this.limits.waiting) throw this.#full();
    const owned = this.#entries.filter(({ job }) => job.owner === owner).length;
    if (owner !== undefined && owned >= this.limits.perOwner) throw this.#tooMany(owned);
  }

  /** Puts a procedure on the queue. Throws what `requireRoom` throws, or `cannot_save`. */
  async add(plan: Plan, owner: string | undefined): Promise<Job> {
    const server = await ownMark();
    this.requireRoom(owner);
    const { domain, subject, framesReady, frames, request } = plan;
    const job: Job = {
      format: 1,
      id: newId(),
      ...(owner !== undefined && { owner }),
      server,
      state: "queued",
      request: { verb: request.verb, input: { ...request.input } },
      domain,
      subject,
      createdAt: new Date().toISOString(),
      framesReady,
      frames,
      fraction: 0,
      message: "waiting to begin",
    };
    const entry: Entry = {
      job,
      plan,
      clock: { startedAtMs: performance.now() },
      controller: new AbortController(),
      written: Promise.resolve(),
    };
    this.#waiting.push(entry);
    const writing = this.#files.write(job);
    entry.written = writing.catch(() => {});
    try {
      await writing;
    } catch (error) {
      this.cancel(job.id);
      throw new ProcedureError("cannot_save", `cannot write the job down: ${reasonOf(error)}`);
    }
    this.#beat ??= setInterval(() => void this.#onBeat(), BEAT_MS).unref();
    void this.#next();
    return { ...job };
  }

  /** Stops a job of this queue; false where it is none. What becomes of it, `changes` tells. */
  cancel(id: string): boolean {
    const entry = this.#entries.find(({ job }) => job.id === id);
    if (entry === undefined) return false;
    entry.controller.abort();
    if (this.#waiting.includes(entry)) {
      this.#waiting.splice(this.#waiting.indexOf(entry), 1);
      void this.#end(entry, { state: "cancelled", message: "cancelled before it began" });
    }
    return true;
  }

  /** Writes that what is not finished is interrupted; whoever closes the queue ends the engine. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#beat);
    const entries = this.#entries;
    this.#waiting.length = 0;
    const message = "its server ended before it did";
    for (const entry of entries.filter((one) => !this.#ending.has(one))) {
      this.#change(entry, { state: "interrupted", message });
      void this.#write(entry);
    }
    await Promise.all([...entries, ...this.#ending].map(({ written }) => written));
  }

  async #next(): Promise<void> {
    if (this.#running) return;
    const entry = this.#waiting.shift();
    if (!entry) return;
    this.#running = entry;
    entry.clock = { startedAtMs: performance.now() };
    this.#change(entry, { state: "running" });
    void this.#write(entry);
    const end = await this.#make(entry);
    if (this.#isClosed) return;
    await this.#end(entry, end);
    this.#leave(entry);
    this.#painted.delete(entry);
    this.#tell(entry.job.id);
    void this.#next();
  }

  /** Gives the engine back, if the job has it. */
  #leave(entry: Entry): void {
    if (entry === this.#running) this.#running = undefined;
  }

  /** Undefined where the procedure is in the store. */
  async #make(entry: Entry): Promise<Partial<Job> | undefined> {
    const { job, plan, clock, controller } = entry;
    const { signal } = controller;
    try {
      const procedure = await plan.make({
        id: job.id,
        signal,
        onProgress: (progress) => this.#onProgress(entry, progress),
        onPainted: () => {
          this.#leave(entry);
          this.#painted.add(entry);
          void this.#next();
        },
      });
      const framesReady = procedure.steps.length;
      if (framesReady < plan.frames)
        return { state: "cancelled", message: "cancelled; what was finished is kept", framesReady };
      this.#eta.record(plan.request.verb, plan.pages, performance.now() - clock.startedAtMs);
      return undefined;
    } catch (error) {
      if (signal.aborted) return { state: "cancelled", message: "cancelled" };
      const code = (error as { code?: unknown }).code;
      return {
        state: "failed",
        message: reasonOf(error),
        ...(typeof code === "string" && { code }),
      };
    }
  }

  #onProgress(entry: Entry, { fraction, message, framesReady, preview }: MakeProgress): void {
    if (!this.#entries.includes(entry)) return;
    if (preview !== undefined) entry.preview = preview;
    this.#change(entry, { fraction, message, ...(framesReady !== undefined && { framesReady }) });
  }

  async #end(entry: Entry, end: Partial<Job> | undefined): Promise<void> {
    const { id } = entry.job;
    this.#ending.add(entry);
    this.ended[endOf(end)]++;
    if (end) this.#change(entry, end);
    // In the store it is a procedure now.
    else entry.written = entry.written.then(() => this.#files.remove(id)).catch(() => {});
    if (end) void this.#write(entry);
    await entry.written;
    await this.#files.stopAsking(id).catch(() => {});
    this.#ending.delete(entry);
    this.#tell(id);
  }

  #change(entry: Entry, change: Partial<Job>): void {
    Object.assign(entry.job, change);
    this.#tell(entry.job.id);
  }

  #tell(id: string): void {
    this.changes.emit(id);
    this.changes.emit("change", id);
  }

  #write(entry: Entry): Promise<void> {
    const { etaMs: _, ...job } = entry.job;
    const now: Job = { ...job, ...this.#etaOf(job.id) };
    // A full disk costs others the news, and not the job.
    entry.written = entry.written.then(() => this.#files.write(now)).catch(() => {});
    return entry.written;
  }

  async #onBeat(): Promise<void> {
    this.#beats++;
    const entries = this.#entries;
    if (entries.length === 0) {
      clearInterval(this.#beat);
      this.#beat = undefined;
    }
    for (const entry of entries) {
      const isAsked = await this.#files.isAskedToStop(entry.job.id);
      // What has ended meanwhile is not written again.
      if (this.#ending.has(entry) || !this.#entries.includes(entry)) continue;
      if (isAsked) this.cancel(entry.job.id);
      else if (entry === this.#running || this.#beats % WAITING_BEATS === 0)
        void this.#write(entry);
    }
    if (this.#isSwept) return;
    this.#isSwept = true;
    await this.#files.sweep();
  }

  /** Until a job is finished, those before it counted in. */
  #etaOf(id: string): { etaMs?: number } {
    let etaMs = 0;
    for (const entry of this.#entries) {
      const { request, pages } = entry.plan;
      const ms =
        entry === this.#running || this.#painted.has(entry)
          ? this.#eta.leftMs(request.verb, pages, entry.job.fraction, entry.clock)
          : this.#eta.wholeMs(request.verb, pages);
      if (ms === undefined) return {};
      etaMs += ms;
      if (entry.job.id === id) return { etaMs: Math.round(etaMs) };
    }
    return {};
  }

  #full(): ProcedureError {
    const { etaMs } = this.#etaOf(this.#waiting.at(-1)?.job.id ?? "");
    const count = this.#waiting.length;
    const howLong = etaMs === undefined ? "a time that is not known yet" : sayDuration(etaMs);
    return new ProcedureError(
      "queue_full",
      `${count === 1 ? "1 procedure waits" : `${count} procedures wait`} already, which is the most, and the last of them will be finished in ${howLong}; ask again later, or cancel one of them (${HOW_TO_CANCEL})`,
    );
  }

  #tooMany(count: number): ProcedureError {
    return new ProcedureError(
      "too_many_jobs",
      `${count} of your procedures wait or are being made already, which is the most for one caller; ask again when one is finished, or cancel one of them (${HOW_TO_CANCEL})`,
    );
  }
}

function endOf(end: Partial<Job> | undefined): keyof JobQueue["ended"] {
  return end?.state === "failed" || end?.state === "cancelled" ? end.state : "done";
}
