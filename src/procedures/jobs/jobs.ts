// What one caller sees of the jobs and procedures on a data folder: those that are theirs, whichever
// server makes them.
import { once } from "node:events";
import { rm } from "node:fs/promises";
import path from "node:path";
import { isActive, type Job } from "./job.js";
import { JobFiles } from "./job-files.js";
import { JobQueue } from "./queue.js";
import { sayDuration } from "./words.js";
import { ProcedureError } from "../error.js";
import type { MakeProgress } from "../paint.js";
import type { Plan } from "../plan.js";
import type { Procedure } from "../procedure.js";
import type { Store } from "../store.js";
import type { Raster } from "../../raster.js";

export type FoundState = Job["state"] | "done";

/** Where the making of a procedure stands: a job, a procedure, or what a cancelled job left. */
export type Found =
  | { state: "done"; id: string; procedure: Procedure; job?: undefined; preview?: undefined }
  | {
      state: Job["state"];
      id: string;
      procedure?: Procedure;
      job: Job;
      /** the page that is being painted, as it seems to become: of jobs of this server */
      preview?: Raster | undefined;
    };

export interface WaitOptions {
  /** at most so long */
  ms: number;
  /** ends the waiting, and not the work */
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: MakeProgress) => void) | undefined;
}

export interface Jobs {
  /**
   * Plans a procedure and puts it on the queue. Throws `queue_full` or `too_many_jobs`, and what planning throws.
   * @param plan - asked only when there is room
   */
  start(plan: () => Promise<Plan>): Promise<Job>;
  /** Throws `no_such_procedure` or `damaged_procedure`. */
  find(id: string): Promise<Found>;
  /** Resolves when the job has ended, or the time has. */
  wait(id: string, options: WaitOptions): Promise<Found>;
  /** Stops a job, in whichever server it is, and waits a little until it has; what is finished is kept. */
  cancel(id: string): Promise<Found>;
  /** Jobs and procedures, the newest first. @param before - an id; only older ones */
  list(options: { limit: number; before?: string | undefined }): Promise<Found[]>;
  /** Removes a procedure, what was exported of it and what is known of its job. Throws `still_running`. */
  remove(id: string): Promise<void>;
  /** The caller's jobs in this server, in their order; and how many there are in all. */
  queue(): { mine: Job[]; waiting: number; running: number; limit: number };
  /** How many jobs of this server have come to their end, by how. */
  ended(): Readonly<JobQueue["ended"]>;
  /** Calls back with an id whenever something about a job of this server changed. Returns what ends that. */
  onChange(listener: (id: string) => void): () => void;
  /** The same as somebody else sees it. */
  ownedBy(owner: string | undefined): Jobs;
  close(): Promise<void>;
}

export interface JobsOptions {
  dataDir: string;
  store: Store;
  /** how many jobs may wait */
  queueLimit?: number;
  /** how many of one owner's may wait or be made */
  ownerLimit?: number;
}

/** How often a job of another server is looked at, in ms. */
const LOOK_MS = 500;
/** An engine obeys a cancel, or is killed, within two seconds. */
const CANCEL_MS = 5000;

export function createJobs(options: JobsOptions): Jobs {
  const { dataDir, store, queueLimit = 8, ownerLimit = 3 } = options;
  const files = new JobFiles(dataDir);
  const queue = new JobQueue(files, { waiting: queueLimit, perOwner: ownerLimit });
  return viewOf({ queue, files, store, dataDir }, undefined);
}

/** What all callers share. */
interface Desk {
  queue: JobQueue;
  files: JobFiles;
  store: Store;
  dataDir: string;
}

function viewOf(desk: Desk, owner: string | undefined): Jobs {
  const { queue, files, dataDir } = desk;
  const store = desk.store.ownedBy(owner);
  const isMine = (job: Job | undefined): job is Job => job !== undefined && job.owner === owner;

  // The job first: when it is gone, its procedure is there.
  async function find(id: string): Promise<Found> {
    const here = queue.find(id);
    if (isMine(here) && isActive(here))
      return { state: here.state, id, job: here, preview: queue.previewOf(id) };
    const job = here ?? (await files.read(id));
    if (!isMine(job)) return { state: "done", id, procedure: await store.load(id) };
    const procedure = await store.load(id).catch((error: unknown) => {
      if (error instanceof ProcedureError && error.code === "no_such_procedure") return undefined;
      throw error;
    });
    if (procedure !== undefined && job.state !== "cancelled")
      return { state: "done", id, procedure };
    return { state: job.state, id, job, ...(procedure && { procedure }) };
  }

  async function wait(id: string, { ms, signal, onProgress }: WaitOptions): Promise<Found> {
    const end = performance.now() + ms;
    for (;;) {
      const found = await find(id);
      const leftMs = end - performance.now();
      if (found.job === undefined || !isActive(found.job) || leftMs <= 0 || signal?.aborted)
        return found;
      onProgress?.(progressOf(found.job));
      const over = [
        AbortSignal.timeout(Math.ceil(Math.min(LOOK_MS, leftMs))),
        ...(signal ? [signal] : []),
      ];
      await once(queue.changes, id, { signal: AbortSignal.any(over) }).catch(() => {});
    }
  }

  async function cancel(id: string): Promise<Found> {
    const found = await find(id);
    if (found.job === undefined || !isActive(found.job)) return found;
    if (!queue.cancel(id)) await files.askToStop(id);
    return wait(id, { ms: CANCEL_MS });
  }

  async function list({ limit, before }: Parameters<Jobs["list"]>[0]): Promise<Found[]> {
    const ids = new Set([...(await files.ids()), ...(await store.ids())]);
    const listed: Found[] = [];
    for (const id of [...ids].toSorted().toReversed()) {
      if (listed.length === limit) break;
      if (before !== undefined && id >= before) continue;
      const found = await find(id).catch(() => undefined);
      if (found) listed.push(found);
    }
    return listed;
  }

  async function remove(id: string): Promise<void> {
    const found = await find(id).catch((error: unknown) => {
      if (error instanceof ProcedureError && error.code === "damaged_procedure") return undefined;
      throw error;
    });
    if (found?.job && isActive(found.job))
      throw new ProcedureError(
        "still_running",
        `procedure ${id} is still ${found.state}; cancel it first (cancel_procedure)`,
      );
    if (found === undefined || found.procedure) await store.remove(id);
    await files.remove(id);
    await rm(path.join(dataDir, "exports", id), { recursive: true, force: true });
  }

  return {
    find,
    wait,
    cancel,
    list,
    remove,
    async start(plan) {
      queue.requireRoom(owner);
      return queue.add(await plan(), owner);
    },
    queue() {
      const jobs = queue.jobs;
      const waiting = jobs.filter(({ state }) => state === "queued").length;
      const running = jobs.length - waiting;
      return { mine: jobs.filter(isMine), waiting, running, limit: queue.limits.waiting };
    },
    ended: () => queue.ended,
    onChange(listener) {
      queue.changes.on("change", listener);
      return () => void queue.changes.off("change", listener);
    },
    ownedBy: (other) => viewOf(desk, other),
    close: () => queue.close(),
  };
}

function progressOf({ state, fraction, message, etaMs }: Job): MakeProgress {
  const left = etaMs === undefined ? "" : `, ${sayDuration(etaMs)} left`;
  const said = state === "queued" ? "waiting for the jobs before this one" : message;
  return { fraction, message: `${said}${left}` };
}
