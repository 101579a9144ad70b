// Which version of a weights file this is, without reading 24 GB.
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";

const SAMPLES = 16;
const SAMPLE_BYTES = 1 << 16;

/** Twelve hex digits of SHA-256 over the file's size and 16 pieces of 64 KiB, spread from its begin to its end. */
export async function fingerprint(path: string): Promise<string> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const hash = createHash("sha256").update(String(size));
    for (let i = 0; i < SAMPLES; i++) {
      const position = Math.floor((i * Math.max(0, size - SAMPLE_BYTES)) / (SAMPLES - 1));
      const { buffer, bytesRead } = await file.read(Buffer.alloc(SAMPLE_BYTES), { position });
      hash.update(buffer.subarray(0, bytesRead));
    }
    return hash.digest("hex").slice(0, 12);
  } finally {
    await file.close();
  }
}
