// The bytes of a picture. A path is hostile too: it may name a folder, a device that never ends, a pipe
// that never answers, a link that was swapped in after somebody checked where it leads.
import { constants, type Stats } from "node:fs";
import { lstat, open, type FileHandle } from "node:fs/promises";
import { PictureError } from "./error.js";
import type { PictureLimits } from "./limits.js";
import { placeOf } from "./place.js";
import type { PictureSource } from "./request.js";
import { isInside } from "../is-inside.js";

/** How messages call a picture. */
export function nameOf(source: PictureSource): string {
  return "path" in source ? source.path : "the given data";
}

/**
 * Reads a picture's bytes; a path must be a regular file, links resolved by the caller.
 * Throws `PictureError`: `no_such_file`, `not_a_file`, `moved`, `unreadable`, `too_large`.
 */
export async function read(source: PictureSource, limits: PictureLimits): Promise<Uint8Array> {
  if ("bytes" in source) {
    checkSize(nameOf(source), source.bytes.length, limits);
    return source.bytes;
  }
  const { path, within } = source;
  let file: FileHandle | undefined;
  try {
    // Opening alone wakes some devices, and whoever waits at a pipe's other end.
    requireRegular(await lstat(path), path);
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    const stat = await file.stat();
    requireRegular(stat, path);
    if (within !== undefined) await requireWithin(file, path, within);
    checkSize(path, stat.size, limits);
    return await readAll(file, stat.size);
  } catch (error) {
    throw error instanceof PictureError ? error : unopened(path, error);
  } finally {
    await file?.close();
  }
}

/** Throws `not_a_file`. */
function requireRegular(stat: Stats, path: string): void {
  if (stat.isFile()) return;
  const what = stat.isDirectory()
    ? "a folder; name a picture inside it"
    : stat.isSymbolicLink()
      ? "a symbolic link; give the path of the file it points to"
      : "a device, a pipe or a socket; give a picture file";
  throw new PictureError("not_a_file", `${path} is ${what}`);
}

/** Throws `moved`. */
async function requireWithin(
  file: FileHandle,
  path: string,
  folders: readonly string[],
): Promise<void> {
  const place = await placeOf(file, path);
  if (place !== undefined && folders.some((folder) => isInside(place, folder))) return;
  throw moved(path);
}

/** Somebody put something else where the path was looked up. */
function moved(path: string): PictureError {
  return new PictureError("moved", `${path} was moved while it was looked at; try again`);
}

/** Never more than was checked, even when the file grows meanwhile. */
async function readAll(file: FileHandle, sizeBytes: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(sizeBytes);
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

function checkSize(name: string, sizeBytes: number, limits: PictureLimits): void {
  if (sizeBytes <= limits.sizeBytes) return;
  throw new PictureError(
    "too_large",
    `${name} has ${mebibytes(sizeBytes)}, at most ${mebibytes(limits.sizeBytes)} are read; save it smaller, as JPEG for instance`,
  );
}

function mebibytes(sizeBytes: number): string {
  return `${(sizeBytes / 1024 / 1024).toFixed(1)} MiB`;
}

/** What the operating system's refusal means to somebody who gave a path. */
function unopened(path: string, cause: unknown): PictureError {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
    case "ENAMETOOLONG":
    case "ERR_INVALID_ARG_VALUE": // a path with a zero byte
      return new PictureError("no_such_file", `${path}: no such file; check the path`, { cause });
    case "ELOOP": // a link, where a file was
    case "ENXIO": // a socket
      return moved(path);
    default:
      return new PictureError(
        "unreadable",
        `${path} cannot be read (${String(code ?? cause)}); check its permissions, or copy it elsewhere`,
        { cause },
      );
  }
}
