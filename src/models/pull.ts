// Files of the hub into its cache: asked for first, then room made sure of, then fetched, checked and put
// where other tools find them.
import { lstat, stat } from "node:fs/promises";
import { blobPath, draftPath, findCached, snapshotPath } from "./cache.js";
import type { Model } from "./catalogue.js";
import { hashFile } from "./checksum.js";
import { describeFile, isOffline } from "./describe.js";
import { discardDraft, Draft, draftBytes, discardJournal } from "./draft.js";
import { ModelsError } from "./error.js";
import type { HubFile, RemoteFile } from "./hub-file.js";
import type { Hub } from "./hub.js";
import { createMeter, type Meter, type OnProgress } from "./meter.js";
import { shelve } from "./shelve.js";
import { checkSpace } from "./space.js";
import { transfer } from "./transfer.js";

export interface PullOptions {
  signal?: AbortSignal;
  onProgress?: OnProgress;
  /** what a person should know, though it goes on */
  onNote?: (text: string) => void;
  /** hash what is there, and fetch again what is corrupt */
  recheck?: boolean;
}

interface Task extends Required<PullOptions> {
  hub: Hub;
  meter: Meter;
}

/** A file may change so often while it is fetched. */
const MOST_CHANGES = 2;

export function filesOf({ repository, files, licence }: Model): HubFile[] {
  return files.map((path) => ({ repository, path, licence }));
}

export function withDefaults(options: PullOptions): Required<PullOptions> {
  const { signal } = new AbortController();
  return { signal, onProgress: () => {}, onNote: () => {}, recheck: false, ...options };
}

/** Gives the paths, in order. What is there is not fetched again. Throws a ModelsError. */
export async function pull(
  hub: Hub,
  files: readonly HubFile[],
  options: PullOptions = {},
): Promise<string[]> {
  const given = withDefaults(options);
  const { signal, onProgress } = given;
  if (hub.isOffline) return Promise.all(files.map((file) => cachedOnly(hub, file)));
  const wanted: { file: RemoteFile; here: string | undefined; draftBytes: number }[] = [];
  for (const file of files) {
    const remote = await describeFile(hub, file, signal);
    const here = await placeOf(hub, remote, given);
    const draft = draftPath(hub.cacheDir, remote.repository, remote.etag);
    wanted.push({ file: remote, here, draftBytes: await draftBytes(draft, remote.etag) });
  }
  const fetched = wanted.filter(({ here }) => here === undefined);
  const totalBytes = sum(fetched.map(({ file }) => file.sizeBytes));
  const doneBytes = sum(fetched.map((one) => one.draftBytes));
  await checkSpace(hub.cacheDir, totalBytes - doneBytes);
  const meter = createMeter("fetching", { doneBytes, totalBytes }, onProgress);
  const paths: string[] = [];
  for (const { file, here } of wanted)
    paths.push(here ?? (await fetchFile({ ...given, hub, meter }, file)));
  return paths;
}

async function cachedOnly(hub: Hub, file: HubFile): Promise<string> {
  const cached = await findCached(hub.cacheDir, file);
  if (cached === undefined) throw isOffline(hub, file);
  return cached.path;
}

/** Where the bytes are under their name, if they are there. */
async function placeOf(
  { cacheDir }: Hub,
  file: RemoteFile,
  options: Required<PullOptions>,
): Promise<string | undefined> {
  const blob = blobPath(cacheDir, file.repository, file.etag);
  if (await isWhole(blob, file, options)) return shelve(cacheDir, file);
  // Where links are not to be had they lie in the snapshot itself.
  const place = snapshotPath(cacheDir, file, file.commit);
  const isOwn = (await lstat(place).catch(() => undefined))?.isFile() ?? false;
  return isOwn && (await isWhole(place, file, options)) ? place : undefined;
}

async function isWhole(
  place: string,
  file: RemoteFile,
  { recheck, onNote, onProgress, signal }: Required<PullOptions>,
): Promise<boolean> {
  const found = await stat(place).catch(() => undefined);
  if (found?.size !== file.sizeBytes) return false;
  if (!recheck) return true;
  const meter = createMeter("checking", { totalBytes: file.sizeBytes }, onProgress);
  meter.name = file.path;
  const hash = await hashFile(place, file.etag, { signal, onBytes: (bytes) => meter.add(bytes) });
  if (hash !== file.etag) onNote(`${corrupt(place, hash, file)}; it is fetched again`);
  return hash === file.etag;
}

async function fetchFile(task: Task, described: RemoteFile): Promise<string> {
  let file = described;
  for (let changes = 0; ; changes++) {
    try {
      return await fetchBlob(task, file);
    } catch (error) {
      // Another process may have been first with the same bytes, and put them where they belong.
      const here = isMissing(error) && (await placeOf(task.hub, file, { ...task, recheck: false }));
      if (here) return await done(task, file, here);
      const isChange = error instanceof ModelsError && error.code === "changed";
      if (!isChange || changes === MOST_CHANGES) throw error;
      await drop(task, file);
      file = await describeFile(task.hub, file, task.signal);
    }
  }
}

async function fetchBlob(task: Task, file: RemoteFile): Promise<string> {
  const { hub, onNote } = task;
  const place = draftPath(hub.cacheDir, file.repository, file.etag);
  for (let isAgain = false; ; isAgain = true) {
    await fill(task, file, place);
    const hash = await checked(task, file, place);
    if (hash === file.etag) break;
    const what = corrupt(file.path, hash, file);
    if (isAgain) throw new ModelsError("corrupt", `${what}, twice; is ${hub.endpoint} all right?`);
    onNote(`${what}; it is fetched again`);
    await drop(task, file);
  }
  return done(task, file, await shelve(hub.cacheDir, file, { draft: place }));
}

async function done({ hub }: Task, file: RemoteFile, place: string): Promise<string> {
  await discardJournal(draftPath(hub.cacheDir, file.repository, file.etag));
  return place;
}

async function fill({ hub, meter, signal }: Task, file: RemoteFile, place: string): Promise<void> {
  meter.name = file.path;
  const draft = await Draft.open(place, { of: file.etag, file: file.path });
  try {
    await transfer({
      hub,
      file,
      draft,
      wanted: [[0, file.sizeBytes]],
      place: (offset) => offset,
      signal,
      onBytes: (bytes) => meter.add(bytes),
    });
  } finally {
    await draft.close();
  }
}

function checked({ signal, onProgress }: Task, file: RemoteFile, place: string): Promise<string> {
  const meter = createMeter("checking", { totalBytes: file.sizeBytes }, onProgress);
  meter.name = file.path;
  return hashFile(place, file.etag, { signal, onBytes: (bytes) => meter.add(bytes) });
}

/** Begins anew: what was fetched is worth nothing. */
async function drop({ hub, meter }: Task, file: RemoteFile): Promise<void> {
  const place = draftPath(hub.cacheDir, file.repository, file.etag);
  meter.add(-(await draftBytes(place, file.etag)));
  await discardDraft(place);
}

function isMissing(error: unknown): boolean {
  const { code, cause } = error as NodeJS.ErrnoException;
  return [code, (cause as NodeJS.ErrnoException | undefined)?.code].includes("ENOENT");
}

function corrupt(what: string, hash: string, { etag }: RemoteFile): string {
  return `${what} is corrupt: its hash is ${hash}, the hub's ${etag}`;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
