// A file of weights, whatever its format: opened, sniffed, read at a place.
import { open, stat, type FileHandle } from "node:fs/promises";
import { EngineError } from "../error.js";
import { weightFault } from "./fault.js";

/** @throws EngineError `no_such_file`, or `bad_weights` for what is no file */
export async function openWeightFile(path: string): Promise<FileHandle> {
  try {
    if (!(await stat(path)).isFile()) throw weightFault(path, "is not a file"); // a pipe would never open
    return await open(path, "r");
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw new EngineError("no_such_file", `cannot open ${path}: is the model folder complete?`, {
      cause: error,
    });
  }
}

/** Up to `length` bytes: fewer where the file ends. */
export async function readAt(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, offset + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}

/** @throws EngineError where the file's first bytes are those of a download's placeholder */
export function refusePointer(path: string, start: Buffer): void {
  if (start.toString("latin1", 0, 8) === "version ")
    throw weightFault(
      path,
      "is a Git LFS pointer, not the weights; download the file again, or fetch it with git lfs pull",
      { error: "git-lfs-pointer" },
    );
}
