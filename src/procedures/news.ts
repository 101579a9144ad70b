// News of a folder of procedures: what came, what went and what was told anew, whichever process did it.
// While somebody listens the folder is asked for its own time once a second, and looked into when that has
// changed. A watch by the system would tell nothing on a network drive, or of a folder that comes later.
import { type StatsListener, unwatchFile, watchFile } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { isId } from "./id.js";
import { MANIFEST_FILE, readManifest } from "./manifest.js";

export interface News {
  id: string;
  what: "came" | "went" | "retold";
}

export interface NewsListener {
  onNews(news: News): void;
  /** the procedures whose words are followed; the coming and going of all others is told too */
  follows(): Iterable<string>;
}

const LOOK_MS = 1000;

/** Whose a procedure is that went before anybody looked at it: it may be anybody's. */
const NOT_KNOWN = Symbol("not known");
type Owner = string | undefined | typeof NOT_KNOWN;

export class FolderNews {
  readonly #root: string;
  /** with those whose news they want */
  readonly #listeners = new Map<NewsListener, string | undefined>();
  readonly #owners = new Map<string, Owner>();
  /** which file each manifest is that is followed, by id */
  readonly #written = new Map<string, string>();
  #ids: ReadonlySet<string> | undefined;
  #last: Promise<void> = Promise.resolve();
  #isAsked = false;

  /** @param root - it need not be there yet */
  constructor(root: string) {
    this.#root = root;
  }

  /** Tells a listener from now on, about one owner's procedures. Returns what ends that. */
  listen(owner: string | undefined, listener: NewsListener): () => void {
    this.#listeners.set(listener, owner);
    if (this.#listeners.size === 1)
      watchFile(this.#root, { interval: LOOK_MS, persistent: false }, this.#onChange);
    void this.look();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      unwatchFile(this.#root, this.#onChange);
      this.#ids = undefined;
      this.#owners.clear();
      this.#written.clear();
    };
  }

  /** Looks now; resolves when what was there at the call is known and told. */
  look(): Promise<void> {
    if (this.#isAsked || this.#listeners.size === 0) return this.#last;
    this.#isAsked = true;
    return (this.#last = this.#last.then(() => {
      this.#isAsked = false;
      return this.#look();
    }));
  }

  readonly #onChange: StatsListener = () => void this.look();

  async #look(): Promise<void> {
    const names = await readdir(this.#root).catch(() => []);
    const now = new Set(names.filter(isId));
    const before = this.#ids ?? now;
    this.#ids = now;
    for (const id of before) if (!now.has(id)) this.#tell(id, "went");
    for (const id of now) if (!before.has(id)) await this.#meet(id);
    const followed = new Set([...this.#listeners.keys()].flatMap((one) => [...one.follows()]));
    for (const id of this.#written.keys()) if (!followed.has(id)) this.#written.delete(id);
    for (const id of followed) if (now.has(id)) await this.#read(id);
  }

  async #meet(id: string): Promise<void> {
    await this.#knowOwner(id);
    this.#tell(id, "came");
  }

  async #read(id: string): Promise<void> {
    const info = await stat(path.join(this.#root, id, MANIFEST_FILE)).catch(() => undefined);
    if (info === undefined) return;
    const before = this.#written.get(id);
    const written = `${info.ino} ${info.mtimeMs}`;
    this.#written.set(id, written);
    if (before === undefined || before === written) return;
    await this.#knowOwner(id);
    this.#tell(id, "retold");
  }

  async #knowOwner(id: string): Promise<void> {
    if (this.#owners.has(id)) return;
    const found = readManifest(path.join(this.#root, id), id).then(({ owner }) => owner);
    this.#owners.set(id, await found.catch(() => NOT_KNOWN));
  }

  #tell(id: string, what: News["what"]): void {
    const owner = this.#owners.has(id) ? this.#owners.get(id) : NOT_KNOWN;
    // Of what went, that alone is told; nobody learns a name that way that they did not know.
    for (const [listener, listensFor] of this.#listeners)
      if (owner === listensFor || (owner === NOT_KNOWN && what === "went"))
        listener.onNews({ id, what });
    if (what === "went") this.#owners.delete(id);
  }
}
