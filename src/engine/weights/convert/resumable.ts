// A large file written so that nothing which was done is done again, whatever killed the process, and when.
// It grows as a `.part` with a journal beside it, and gets its name when it is whole. Two processes at the
// same file write the same bytes at the same places: nothing is cut off or taken away under the other.
import { constants } from "node:fs";
import { open, rename, rm, stat, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { EngineError } from "../../error.js";
import { makeFolder } from "../../../make-folder.js";
import { headerOf, streamBytes, type TensorStream } from "../write.js";
import { checksumAt, checksumOf, joinChecksums } from "./checksum.js";
import { checkRoom } from "./room.js";
import { appendLines, readLines } from "./journal.js";

export interface FilePlan {
  path: string;
  streams: readonly TensorStream[];
  metadata: Record<string, string>;
}

export interface ConversionProgress {
  doneBytes: number;
  totalBytes: number;
}

export interface ConversionWatch {
  /** honoured between two tensors; what is done stays */
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: ConversionProgress) => void) | undefined;
}

/** With the file's checksum, or with zeros in its place. */
export const headerWith = ({ streams, metadata }: FilePlan, checksum = "0".repeat(64)): Buffer =>
  headerOf(streams, { ...metadata, checksum });

const { O_CREAT, O_RDWR } = constants;
/** So much may have to be done again after a kill: to wait for the disk takes as long as to write a few MB. */
const UNSAVED_BYTES = 1 << 24;

/** @throws EngineError `cannot_write` when there is no room or the folder is closed; `cancelled` */
export async function writeResumable(plan: FilePlan, watch: ConversionWatch): Promise<void> {
  const { path } = plan;
  // Of another plan nothing can be used, and somebody may still be at it.
  const part = `${path}.${checksumOf(headerWith(plan)).slice(0, 8)}.part`;
  const journal = `${part}.journal`;
  try {
    await makeFolder(dirname(path));
    await checkRoom(part, sizeOf(plan));
    const file = await open(part, O_RDWR | O_CREAT);
    try {
      await fill(file, journal, plan, watch);
    } finally {
      await file.close();
    }
    await rename(part, path).catch(async (error: unknown) => {
      await stat(path).catch(() => Promise.reject(error)); // else another process was faster
    });
    await rm(journal, { force: true });
  } catch (error) {
    if (error instanceof EngineError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineError("cannot_write", `cannot write ${path}: ${reason}`, { cause: error });
  }
}

async function fill(
  file: FileHandle,
  journal: string,
  plan: FilePlan,
  { signal, onProgress }: ConversionWatch,
): Promise<void> {
  const before = await readLines(journal);
  const checksums: string[] = [];
  const totalBytes = sizeOf(plan);
  let position = headerWith(plan).length;
  const unsaved = new Map<number, string>();
  let savedTo = position;
  const save = async () => {
    await file.datasync();
    await appendLines(journal, unsaved);
    unsaved.clear();
    savedTo = position;
  };
  for (const [i, stream] of plan.streams.entries()) {
    if (signal?.aborted)
      throw new EngineError("cancelled", "cancelled while weights were converted");
    const length = streamBytes(stream);
    const known = before.get(i);
    if (known !== undefined && known === (await checksumAt(file, position, length)))
      checksums.push(known);
    else {
      const checksum = await writeStream(file, stream, position);
      checksums.push(checksum);
      unsaved.set(i, checksum);
    }
    position += length;
    if (unsaved.size > 0 && position - savedTo >= UNSAVED_BYTES) await save();
    onProgress?.({ doneBytes: position, totalBytes });
  }
  // The header comes last: until then the file is no safetensors file that anybody could take for one.
  await writeAt(file, headerWith(plan, joinChecksums(checksums)), 0);
  await file.truncate(totalBytes);
  await file.sync();
}

async function writeStream(
  file: FileHandle,
  { read }: TensorStream,
  position: number,
): Promise<string> {
  const arrays = await read();
  const bytes = arrays.map((a) => new Uint8Array(a.buffer, a.byteOffset, a.byteLength));
  for (const array of bytes) {
    await writeAt(file, array, position);
    position += array.length;
  }
  return checksumOf(...bytes);
}

async function writeAt(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

const sizeOf = (plan: FilePlan): number =>
  plan.streams.reduce((sum, stream) => sum + streamBytes(stream), headerWith(plan).length);
