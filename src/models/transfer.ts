// Bytes from the hub into a draft: several ranges at once, each at its place; all from the beginning where
// a host knows no ranges.
import type { Draft } from "./draft.js";
import { ModelsError } from "./error.js";
import type { RemoteFile } from "./hub-file.js";
import type { Hub } from "./hub.js";
import { type Bytes, openBytes, WholeAnswer } from "./open-bytes.js";
import { persist } from "./persist.js";
import { cut, lengthOf, type Span, within, without } from "./spans.js";

export interface Transfer {
  hub: Hub;
  file: RemoteFile;
  /** which stretches of the file */
  wanted: readonly Span[];
  /** where in the draft a byte of the file goes; a stretch stays together */
  place: (offset: number) => number;
  draft: Draft;
  signal: AbortSignal;
  onBytes: (bytes: number) => void;
}

/** Throws `changed`, after which the draft is worth nothing, and what a connection may end in. */
export async function transfer(task: Transfer): Promise<void> {
  try {
    await inRanges(task);
  } catch (error) {
    if (!(error instanceof WholeAnswer)) throw error;
    await fromBeginning(task);
  }
}

async function inRanges(task: Transfer): Promise<void> {
  const { draft, wanted, hub } = task;
  const { connections, leastBytes, mostBytes } = hub.manner;
  const missing = without(wanted, draft.done);
  const fairBytes = Math.ceil(lengthOf(missing) / (4 * connections));
  const queue = cut(missing, Math.min(mostBytes, Math.max(leastBytes, fairBytes)));
  const halt = new AbortController();
  const signal = AbortSignal.any([task.signal, halt.signal]);
  const worker = async () => {
    try {
      for (let span = queue.shift(); span; span = queue.shift())
        await oneRange({ ...task, signal }, span);
    } catch (error) {
      halt.abort(error); // the first error is the one to tell; all stop before the draft is closed
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  task.signal.throwIfAborted();
  if (halt.signal.aborted) throw halt.signal.reason;
}

async function oneRange(task: Transfer, [begin, end]: Span): Promise<void> {
  const { hub, file, draft, place, signal, onBytes } = task;
  let at = begin;
  const attempt = async () => {
    const { validator } = draft;
    const bytes = await openBytes(hub, file, { range: [at, end], validator, signal });
    draft.validator ??= bytes.validator;
    for await (const chunk of bytes.chunks) {
      if (at + chunk.length > end)
        throw new ModelsError("bad_answer", `more bytes of ${file.path} came than were asked for`);
      await draft.write(chunk, at, place(at));
      at += chunk.length;
      onBytes(chunk.length);
    }
    if (at < end) throw endsEarly(file);
  };
  await persist(attempt, { manner: hub.manner, signal, progress: () => at });
}

async function fromBeginning(task: Transfer): Promise<void> {
  const { hub, file, draft, signal } = task;
  const attempt = async () => {
    const bytes = await openBytes(hub, file, { validator: draft.validator, signal });
    draft.validator ??= bytes.validator;
    await pick(task, bytes);
  };
  const progress = () => lengthOf(draft.done);
  await persist(attempt, { manner: hub.manner, signal, progress });
}

/** Keeps of all bytes those that are wanted and not there yet. */
async function pick({ wanted, draft, place, file, onBytes }: Transfer, { chunks }: Bytes) {
  const missing = without(wanted, draft.done);
  const last = missing.at(-1)?.[1] ?? 0;
  let at = 0;
  for await (const chunk of chunks) {
    for (const [begin, end] of within([[at, at + chunk.length]], missing)) {
      await draft.write(chunk.subarray(begin - at, end - at), begin, place(begin));
      onBytes(end - begin);
    }
    at += chunk.length;
    if (at >= last) return;
  }
  if (at < last) throw endsEarly(file);
}

function endsEarly({ path }: RemoteFile): ModelsError {
  return new ModelsError("unreachable", `the bytes of ${path} end too early`, { retryMs: 0 });
}
