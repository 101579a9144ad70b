// Brings CUDA's provider beside the runtime's own library, from where alone the runtime loads it. Files
// get their names when they are whole.
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdtemp, rename, rm } from "node:fs/promises";
import path from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { InstallError } from "../error.js";
import { PROVIDER_LIBRARIES } from "./checks.js";
import type { Package } from "./nuget.js";
import { unzip } from "./zip.js";

export interface FetchOptions {
  signal?: AbortSignal;
  onBytes?: (done: number) => void;
}

/** @throws InstallError where the folder is closed, the connection breaks, or the bytes are others */
export async function fetchProvider(
  found: Package,
  runtimeFolder: string,
  options: FetchOptions = {},
): Promise<void> {
  const draft = await mkdtemp(path.join(runtimeFolder, ".cuda-")).catch((error: unknown) => {
    throw new InstallError(
      `${runtimeFolder} cannot be written; run this as whoever installed the package`,
      { cause: error },
    );
  });
  try {
    const archive = path.join(draft, "package");
    await download(found, archive, options);
    for (const name of PROVIDER_LIBRARIES)
      await unzip(archive, `runtimes/linux-x64/native/${name}`, path.join(draft, name));
    for (const name of PROVIDER_LIBRARIES)
      await rename(path.join(draft, name), path.join(runtimeFolder, name));
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function download(
  { url, sizeBytes, sha512 }: Package,
  target: string,
  { signal, onBytes }: FetchOptions,
): Promise<void> {
  const response = await fetch(url, { signal: signal ?? null }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw new InstallError(`${new URL(url).host} cannot be reached`, { cause: error });
  });
  if (!response.ok || response.body === null)
    throw new InstallError(`${url} answers ${response.status}`);
  const hash = createHash("sha512");
  let done = 0;
  const watch = new Transform({
    transform(chunk: Buffer, _, next) {
      done += chunk.length;
      hash.update(chunk);
      onBytes?.(done);
      next(done > sizeBytes ? wrong(url) : null, chunk);
    },
  });
  await pipeline(response.body, watch, createWriteStream(target), { signal });
  if (done !== sizeBytes || hash.digest("base64") !== sha512) throw wrong(url);
}

const wrong = (url: string) =>
  new InstallError(`${url} gave other bytes than the registry announces; try again`);
