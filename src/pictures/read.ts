// The bytes of a picture. A path is hostile too: it may name a folder, a device that never ends, a pipe
// that never answers, a link that was swapped in after somebody checked where it leads.
import { constants } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { PictureError } from "./error.js";
import type { PictureLimits } from "./limits.js";
import type { PictureSource } from "./request.js";

/** How messages call a picture. */
export function nameOf(source: PictureSource): string {
  return "path" in source ? source.path : "the given data";
}

/**
 * Reads a picture's bytes; a path must be a regular file, links resolved by the caller.
 * Throws `PictureError`: `no_such_file`, `not_a_file`, `unreadable`, `too_large`.
 */
export async function read(source: PictureSource, limits: PictureLimits): Promise<Uint8Array> {
  if ("bytes" in source) {
    checkSize(nameOf(source), source.bytes.length, limits);
    return source.bytes;
  }
  const { path } = source;
  let file: FileHandle | undefined;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    return await readRegular(file, path, limits);
  } catch (error) {
    throw error instanceof PictureError ? error : unopened(path, error);
  } finally {
    await file?.close();
  }
}

async function readRegular(
  file: FileHandle,
  path: string,
  limits: PictureLimits,
): Promise<Uint8Array> {
  const stat = await file.stat();
  if (stat.isDirectory())
    throw new PictureError("not_a_file", `${path} is a folder; name a picture inside it`);
  if (!stat.isFile())
    throw new PictureError("not_a_file", `${path} is a device or a pipe; give a picture file`);
  checkSize(path, stat.size, limits);
  // Never more than was checked, even when the file grows meanwhile.
  const bytes = new Uint8Array(stat.size);
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
    case "ELOOP":
      return new PictureError(
        "not_a_file",
        `${path} is a symbolic link; give the path of the file it points to`,
        { cause },
      );
    case "ENXIO":
      return new PictureError(
        "not_a_file",
        `${path} is a device or a socket; give a picture file`,
        {
          cause,
        },
      );
    default:
      return new PictureError(
        "unreadable",
        `${path} cannot be read (${String(code ?? cause)}); check its permissions, or copy it elsewhere`,
        { cause },
      );
  }
}
