// A file on its way: bytes at their places, and a journal beside it of what is there. The journal is
// written after the bytes it tells of are on the disk, so that whatever kills this process, and when, the
// next one goes on from the truth. Two processes at the same draft write the same bytes at the same places:
// nothing is ever cut off or taken away under the other.
import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { open, readdir, readFile, rename, rm, writeFile, type FileHandle } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { ModelsError } from "./error.js";
import { lengthOf, type Span, union } from "./spans.js";
import { makeFolder } from "../make-folder.js";

const offset = z.number().int().nonnegative();
const journal = z.object({
  /** what the bytes are of */
  of: z.string(),
  /** its path in its repository, for whoever tidies up */
  file: z.string(),
  /** the ETag of the host that sends the bytes */
  validator: z.string().optional(),
  /** of the draft when this was written, in bytes */
  sizeBytes: offset,
  done: z.array(z.tuple([offset, offset])),
});
export type Journal = z.infer<typeof journal>;

const { O_CREAT, O_RDWR } = constants;
/** How often the journal is written, in ms. */
const SAVE_MS = 1000;

export class Draft {
  readonly path: string;
  validator: string | undefined;
  readonly #file: FileHandle;
  readonly #name: { of: string; file: string };
  #done: Span[];
  #savedAt = performance.now();

  private constructor(
    place: string,
    file: FileHandle,
    name: { of: string; file: string },
    { done, validator }: Pick<Journal, "done" | "validator">,
  ) {
    this.path = place;
    this.validator = validator;
    this.#file = file;
    this.#name = name;
    this.#done = union(done, []);
  }

  /** Goes on with what is there of the same bytes, else begins. */
  static async open(file: string, name: { of: string; file: string }): Promise<Draft> {
    try {
      await makeFolder(path.dirname(file));
      const handle = await open(file, O_RDWR | O_CREAT);
      const { size } = await handle.stat();
      const before = await readJournal(file);
      const isSame = before?.of === name.of && size >= before.sizeBytes;
      return new Draft(file, handle, name, isSame ? before : { done: [] });
    } catch (error) {
      throw cannotWrite(file, error);
    }
  }

  /** The stretches that are there, as they lie in the source. */
  get done(): readonly Span[] {
    return this.#done;
  }

  /**
   * @param from - the first byte's place in the source
   * @param to - and in this file
   */
  async write(bytes: Uint8Array, from: number, to: number): Promise<void> {
    try {
      for (let at = 0; at < bytes.length;) {
        const { bytesWritten } = await this.#file.write(bytes, at, bytes.length - at, to + at);
        at += bytesWritten;
      }
      this.#done = union(this.#done, [[from, from + bytes.length]]);
      if (performance.now() - this.#savedAt > SAVE_MS) await this.save();
    } catch (error) {
      throw cannotWrite(this.path, error);
    }
  }

  async save(): Promise<void> {
    this.#savedAt = Infinity; // one at a time
    const { validator } = this;
    const done = this.#done.map(([begin, end]): [number, number] => [begin, end]);
    await this.#file.datasync();
    const { size: sizeBytes } = await this.#file.stat();
    const told: Journal = { ...this.#name, validator, sizeBytes, done };
    const beside = `${journalOf(this.path)}.${randomUUID().slice(0, 8)}`;
    await writeFile(beside, JSON.stringify(told));
    await rename(beside, journalOf(this.path));
    this.#savedAt = performance.now();
  }

  async close(): Promise<void> {
    try {
      await this.save().finally(() => this.#file.close());
    } catch (error) {
      throw cannotWrite(this.path, error);
    }
  }
}

/** How much a journal says is there, in bytes. */
export async function draftBytes(file: string, of: string): Promise<number> {
  const told = await readJournal(file);
  return told?.of === of ? lengthOf(union(told.done, [])) : 0;
}

export async function discardDraft(file: string): Promise<void> {
  await discardJournal(file);
  await rm(file, { force: true });
}

/** What a kill left of its writing too. */
export async function discardJournal(file: string): Promise<void> {
  const folder = path.dirname(file);
  const names = await readdir(folder).catch((): string[] => []);
  const journals = names.filter((name) => name.startsWith(path.basename(journalOf(file))));
  for (const name of journals) await rm(path.join(folder, name), { force: true });
}

function journalOf(file: string): string {
  return `${file}.json`;
}

export async function readJournal(file: string): Promise<Journal | undefined> {
  try {
    return journal.parse(JSON.parse(await readFile(journalOf(file), "utf8")));
  } catch {
    return undefined; // none, or not of this program: what it told of is fetched again
  }
}

export function cannotWrite(file: string, error: unknown): ModelsError {
  if (error instanceof ModelsError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC")
    return new ModelsError("no_space", `no space left for ${file}; make room, and run it again`);
  return new ModelsError("cannot_write", `cannot write ${file}: ${message}`, { cause: error });
}
