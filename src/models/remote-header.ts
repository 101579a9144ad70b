// The header of a safetensors file that is not here: its first bytes alone are fetched.
import { ModelsError } from "./error.js";
import type { RemoteFile } from "./hub-file.js";
import type { Hub } from "./hub.js";
import { openBytes, WholeAnswer } from "./open-bytes.js";
import { persist } from "./persist.js";
import type { Span } from "./spans.js";
import { parseHeader, type TensorEntry } from "../engine/weights/safetensors-header.js";

/** A header of more is none of a LoRA's. */
const MOST_BYTES = 32 * 2 ** 20;

export interface RemoteHeader {
  tensors: Map<string, TensorEntry>;
  /** the ETag of the host that sent it */
  validator: string | undefined;
}

/** Throws `bad_answer`, EngineError `bad_weights`, and what a connection may end in. */
export async function readRemoteHeader(
  hub: Hub,
  file: RemoteFile,
  signal: AbortSignal,
): Promise<RemoteHeader> {
  const start = await readBytes(hub, file, [0, 8], undefined, signal);
  const length = start.bytes.readBigUInt64LE();
  const end = 8 + Number(length);
  if (length > BigInt(MOST_BYTES) || end > file.sizeBytes)
    throw new ModelsError("bad_answer", `${file.path} is no safetensors file`);
  const { bytes } = await readBytes(hub, file, [8, end], start.validator, signal);
  const { tensors } = parseHeader(file.path, bytes, end, file.sizeBytes);
  return { tensors, validator: start.validator };
}

async function readBytes(
  hub: Hub,
  file: RemoteFile,
  range: Span,
  validator: string | undefined,
  signal: AbortSignal,
): Promise<{ bytes: Buffer; validator: string | undefined }> {
  const [begin, end] = range;
  const attempt = async () => {
    let skipped = 0;
    const opened = await openBytes(hub, file, { range, validator, signal }).catch((error) => {
      if (!(error instanceof WholeAnswer)) throw error;
      skipped = begin;
      return openBytes(hub, file, { validator, signal });
    });
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of opened.chunks) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= skipped + end - begin) break; // the whole file need not come
    }
    const bytes = Buffer.concat(chunks).subarray(skipped, skipped + end - begin);
    if (bytes.length === end - begin) return { bytes, validator: opened.validator };
    throw new ModelsError("unreachable", `the header of ${file.path} ends too early`, {
      retryMs: 0,
    });
  };
  return persist(attempt, { manner: hub.manner, signal });
}
