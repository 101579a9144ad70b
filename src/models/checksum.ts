// Whether bytes on the disk are the ones the hub has.
import type { Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { hashLike } from "./hub-file.js";

export interface HashOptions {
  signal: AbortSignal;
  onBytes: (bytes: number) => void;
}

/** The hash of a file, of the same kind as the one it should have. */
export async function hashFile(file: string, etag: string, options: HashOptions): Promise<string> {
  const { size } = await stat(file);
  return hashFrom(file, 0, hashLike(etag, size), options);
}

/** @param begin - the first byte that counts */
export async function hashFrom(
  file: string,
  begin: number,
  hash: Hash,
  { signal, onBytes }: HashOptions,
): Promise<string> {
  const stream = createReadStream(file, { start: begin, highWaterMark: 2 ** 20, signal });
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hash.update(chunk);
    onBytes(chunk.length);
  }
  return hash.digest("hex");
}
