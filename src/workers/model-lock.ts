// A large model is held by one process of a user at a time. The lock is a file with a number in its
// name: whoever finds the highest one released, or its owner dead, makes the next, which only one can.
// The highest number never goes away, so that nobody can take a number that is already past.
import { createHash, randomUUID } from "node:crypto";
import {
  chmod,
  link,
  lstat,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { WorkerError } from "./error.js";
import { makeFolder } from "../make-folder.js";
import { isRunning, ownMark, processMark } from "../processes.js";

const claim = processMark.extend({ at: z.number(), released: z.boolean() });
type Claim = z.infer<typeof claim>;

const LOOK_MS = 250;
/** Whoever has not looked for so long is asleep, and keeps nobody waiting. */
const ASLEEP_MS = 10_000;

export interface TakeOptions {
  signal?: AbortSignal | undefined;
  /** gets the process id of whoever holds the model, each time somebody else is found to */
  onWait?: ((holderPid: number) => void) | undefined;
}

export class ModelLock {
  readonly #dir: string;
  readonly #name: string;
  readonly #ticket: string;
  #held: string | undefined;

  private constructor(dir: string, model: string) {
    this.#dir = dir;
    this.#name = createHash("sha256").update(model).digest("hex").slice(0, 16);
    this.#ticket = path.join(dir, `${this.#name}.${randomUUID()}.waits`);
  }

  /** @param dir - the same for all processes of the user; made when missing */
  static async open(dir: string, modelDir: string): Promise<ModelLock> {
    await makeFolder(dir);
    const info = await lstat(dir);
    if (!info.isDirectory() || (process.getuid && info.uid !== process.getuid()))
      throw new Error(`${dir} is not a folder of this user`);
    await chmod(dir, 0o700);
    return new ModelLock(dir, await realpath(modelDir));
  }

  /** Waits until the model is ours. Rejects with a WorkerError `cancelled`. */
  async take({ signal, onWait }: TakeOptions = {}): Promise<void> {
    try {
      for (let waits = false; !(await this.#tryTake(onWait)); waits = true) {
        if (!waits) await this.#write(this.#ticket, false);
        await utimes(this.#ticket, new Date(), new Date()).catch(() => {});
        await sleep(LOOK_MS, undefined, { ...(signal && { signal }) });
      }
    } catch (error) {
      if (signal?.aborted)
        throw new WorkerError("cancelled", "was asked to stop while it waited for the model");
      throw error;
    } finally {
      await rm(this.#ticket, { force: true });
    }
  }

  /** Whether somebody else waits for the model. Also tells others elsewhere that its holder lives. */
  async isWanted(): Promise<boolean> {
    if (this.#held !== undefined) await utimes(this.#held, new Date(), new Date()).catch(() => {});
    return (await this.#waiting()).length > 0;
  }

  async release(): Promise<void> {
    const held = this.#held;
    this.#held = undefined;
    if (held === undefined) return;
    await this.#write(`${held}.new`, true);
    await rename(`${held}.new`, held);
  }

  async #tryTake(onWait: TakeOptions["onWait"]): Promise<boolean> {
    const last = await this.#highest();
    const holder = await this.#read(this.#numbered(last));
    if (holder !== undefined && !holder.released) {
      onWait?.(holder.pid);
      return false;
    }
    // Whoever has waited longest goes first.
    const [first] = await this.#waiting();
    const mine = await this.#read(this.#ticket);
    if (first !== undefined && !(mine !== undefined && mine.at <= first.at)) {
      onWait?.(first.pid);
      return false;
    }
    const next = this.#numbered(last + 1);
    if (!(await this.#create(next))) return false;
    if ((await this.#highest()) !== last + 1) {
      await rm(next, { force: true });
      return false;
    }
    this.#held = next;
    for (let n = last; n > 0 && (await removed(this.#numbered(n))); n--);
    return true;
  }

  #numbered(n: number): string {
    return path.join(this.#dir, `${this.#name}.${n}.held`);
  }

  /** 0 where nobody ever held the model. */
  async #highest(): Promise<number> {
    const numbers = (await this.#names("held")).map((name) => Number(name.split(".")[1]));
    return Math.max(0, ...numbers.filter(Number.isSafeInteger));
  }

  /** The others that wait and are awake, the first to come first. */
  async #waiting(): Promise<Claim[]> {
    const files = (await this.#names("waits")).map((name) => path.join(this.#dir, name));
    const others = files.filter((file) => file !== this.#ticket);
    const claims = await Promise.all(others.map((file) => this.#read(file, ASLEEP_MS)));
    return claims.filter((c) => c !== undefined).toSorted((a, b) => a.at - b.at);
  }

  async #names(kind: "held" | "waits"): Promise<string[]> {
    const names = await readdir(this.#dir);
    return names.filter((name) => name.startsWith(`${this.#name}.`) && name.endsWith(`.${kind}`));
  }

  /** What a file says whose owner lives, and has touched it lately enough. */
  async #read(file: string, withinMs = Infinity): Promise<Claim | undefined> {
    const text = await readFile(file, "utf8").catch(() => "null");
    const parsed = claim.safeParse(parse(text));
    if (!parsed.success) return undefined;
    const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: 0 }));
    if (Date.now() - mtimeMs > withinMs) return undefined;
    return (await isRunning(parsed.data, mtimeMs)) ? parsed.data : undefined;
  }

  async #write(file: string, released: boolean): Promise<void> {
    const text: Claim = { ...(await ownMark()), at: Date.now(), released };
    await writeFile(file, JSON.stringify(text), { mode: 0o600 });
  }

  /** Makes a file with all that is in it at once, unless there is one. */
  async #create(file: string): Promise<boolean> {
    const draft = path.join(this.#dir, `${this.#name}.${randomUUID()}.draft`);
    await this.#write(draft, false);
    try {
      await link(draft, file);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
      throw error;
    } finally {
      await rm(draft, { force: true });
    }
  }
}

async function removed(file: string): Promise<boolean> {
  return rm(file).then(
    () => true,
    () => false,
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
