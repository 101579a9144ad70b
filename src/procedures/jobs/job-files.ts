// Jobs as files, one each, for every server on the same data folder to read. A file is replaced whole;
// it is not flushed, because what a power cut takes is a job that the power cut ended.
import { randomUUID } from "node:crypto";
import { readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { isActive, type Job, job as jobSchema } from "./job.js";
import { isId } from "../id.js";
import { makeFolder } from "../../make-folder.js";
import { isRunning } from "../../processes.js";

const FILE = /^([0-9a-z]{16})\.json$/;
/** A file that was being written, or asks for a stop. */
const PASSING = /^\.[0-9a-z]{16}\.|^[0-9a-z]{16}\.stop$/;
const PASSING_KEPT_MS = 60 * 60_000;
const ENDED_KEPT_MS = 30 * 24 * 60 * 60_000;

export class JobFiles {
  readonly #root: string;

  /** @param dataDir - absolute; the folder in it is made when first needed */
  constructor(dataDir: string) {
    this.#root = path.join(dataDir, "jobs");
  }

  async write(job: Job): Promise<void> {
    const draft = path.join(this.#root, `.${job.id}.${randomUUID()}`);
    await makeFolder(this.#root);
    await writeFile(draft, `${JSON.stringify(job, null, 2)}\n`);
    await rename(draft, this.#file(job.id));
  }

  /** As it is now: `interrupted` where its server is dead. Undefined where there is none that can be read. */
  async read(id: string): Promise<Job | undefined> {
    if (!isId(id)) return undefined;
    try {
      const text = await readFile(this.#file(id), "utf8");
      const job = jobSchema.parse(JSON.parse(text));
      const { mtimeMs } = await stat(this.#file(id));
      if (job.id !== id) return undefined;
      if (!isActive(job) || (await isRunning(job.server, mtimeMs))) return job;
      const { etaMs: _, ...rest } = job;
      return { ...rest, state: "interrupted", message: "its server ended before it did" };
    } catch {
      return undefined;
    }
  }

  /** The newest first. */
  async ids(): Promise<string[]> {
    const names = await readdir(this.#root).catch(() => []);
    return names
      .flatMap((name) => FILE.exec(name)?.[1] ?? [])
      .toSorted()
      .toReversed();
  }

  async remove(id: string): Promise<void> {
    for (const file of [this.#file(id), this.#stop(id)]) await rm(file, { force: true });
  }

  /** Asks the job's server, which may be another process, to stop it. */
  async askToStop(id: string): Promise<void> {
    await writeFile(this.#stop(id), "");
  }

  async isAskedToStop(id: string): Promise<boolean> {
    return stat(this.#stop(id)).then(
      () => true,
      () => false,
    );
  }

  async stopAsking(id: string): Promise<void> {
    await rm(this.#stop(id), { force: true });
  }

  /** Removes what nobody asks for any more. */
  async sweep(): Promise<void> {
    for (const name of await readdir(this.#root).catch(() => [])) {
      const id = FILE.exec(name)?.[1];
      const keptMs = id ? ENDED_KEPT_MS : PASSING.test(name) ? PASSING_KEPT_MS : Infinity;
      const info = await stat(path.join(this.#root, name)).catch(() => undefined);
      if (info === undefined || Date.now() - info.mtimeMs < keptMs) continue;
      if (id === undefined) await rm(path.join(this.#root, name), { force: true });
      else if (!isActive((await this.read(id)) ?? { state: "failed" })) await this.remove(id);
    }
  }

  #file(id: string): string {
    return path.join(this.#root, `${id}.json`);
  }

  #stop(id: string): string {
    return path.join(this.#root, `${id}.stop`);
  }
}
