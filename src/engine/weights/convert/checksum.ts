// Checksums of a converted file: SHA-256 of what each stream wrote, and of all of those together.
import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { readAt } from "../weight-file.js";

const CHUNK_BYTES = 1 << 22;

/** Of `length` bytes of a file; what lies behind its end counts as nothing. */
export async function checksumAt(
  file: FileHandle,
  offset: number,
  length: number,
): Promise<string> {
  const hash = createHash("sha256");
  for (let done = 0; done < length; done += CHUNK_BYTES)
    hash.update(await readAt(file, offset + done, Math.min(CHUNK_BYTES, length - done)));
  return hash.digest("hex");
}

/** Of several stretches, one after the other. */
export function checksumOf(...stretches: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const stretch of stretches) hash.update(stretch);
  return hash.digest("hex");
}

/** One for the whole file. */
export const joinChecksums = (checksums: readonly string[]): string =>
  checksumOf(checksums.join("\n"));
