// A large file written so that nothing which was done is done again, whatever killed the process, and when.
// It grows as `.part`, with a journal beside it, and gets its name when it is whole. Two processes at the
// same file write the same bytes at the same places: nothing is cut off or taken away under the other.
import { constants } from "node:fs";
import { open, rename, rm, stat, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { EngineError } from "../../error.js";
import { makeFolder } from "../../../make-folder.js";
import { headerOf, streamBytes, type TensorStream } from "../write.js";
import { checksumAt, checksumOf, joinChecksums } from "./checksum.js";
import { checkRoom } from "./room.js";
import { appendLine, readLines } from "./journal.js";

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
export const headerWith = (
  { streams, metadata }: FilePlan,
  checksum = "0".repeat(64),
): Buffer => headerOf(streams, { ...metadata, checksum });

const { O_CREAT, O_RDWR } = constants;

/** @throws EngineError `cannot_write` when there is no room or the folder is closed; `cancelled` */
export async function writeResumable(plan: FilePlan, watch: ConversionWatch): Promise<void> {
  const { path } = plan;
  try {
    await makeFolder(dirname(path));
    await checkRoom(path, sizeOf(plan));
    const file = await open(`${path}.part`, O_RDWR | O_CREAT);
    try {
      await fill(file, plan, watch);
    } finally {
      await file.close();
    }
    await rename(`${path}.part`, path).catch(async (error: unknown) => {
      await stat(path).catch(() => Promise.reject(error)); // else another process was faster
    });
    await rm(journalOf(path), { force: true });
  } catch (error) {
    if (error instanceof EngineError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineError("cannot_write", `cannot write ${path}: ${reason}`, { cause: error });
  }
}

async function fill(
  file: FileHandle,
  plan: FilePlan,
  { signal, onProgress }: ConversionWatch,
): Promise<void> {
  const { path, streams } = plan;
  const header = headerWith(plan);
  const planned = checksumOf(header);
  const before = await readLines(journalOf(path), planned);
  const checksums: string[] = [];
  const totalBytes = sizeOf(plan);
  let position = header.length;
  for (const [i, stream] of streams.entries()) {
    if (signal?.aborted) throw new EngineError("cancelled", "cancelled while weights were converted");
    const length = streamBytes(stream);
    const known = before.get(i);
    if (known !== undefined && known === (await checksumAt(file, position, length)))
      checksums.push(known);
    else {
      const checksum = await writeStream(file, stream, position);
      checksums.push(checksum);
      await appendLine(journalOf(path), planned, i, checksum);
    }
    position += length;
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
  await file.datasync();
  return checksumOf(...bytes);
}

async function writeAt(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

const sizeOf = (plan: FilePlan): number =>
  plan.streams.reduce((sum, stream) => sum + streamBytes(stream), headerWith(plan).length);

const journalOf = (path: string): string => `${path}.journal`;
