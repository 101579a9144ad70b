// Which version of weights this is, without reading 24 GB.
import { createHash } from "node:crypto";
import { open, readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

const SAMPLES = 16;
const SAMPLE_BYTES = 1 << 16;
const DIGITS = 12;

/**
 * Twelve hex digits of SHA-256 over a file's size and 16 pieces of 64 KiB, spread from its begin to its
 * end; of a folder, or of the one an index lies in, over all weights in it.
 */
export async function fingerprint(path: string): Promise<string> {
  const isFolder = (await stat(path)).isDirectory();
  if (!isFolder && !path.endsWith(".json")) return sample(path);
  const folder = isFolder ? path : dirname(path);
  const names = (await readdir(folder, { recursive: true })).filter((name) =>
    /\.(safetensors|gguf)$/.test(name),
  );
  const hash = createHash("sha256");
  for (const name of names.toSorted()) hash.update(await sample(join(folder, name)));
  return hash.digest("hex").slice(0, DIGITS);
}

async function sample(path: string): Promise<string> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const hash = createHash("sha256").update(String(size));
    for (let i = 0; i < SAMPLES; i++) {
      const position = Math.floor((i * Math.max(0, size - SAMPLE_BYTES)) / (SAMPLES - 1));
      const { buffer, bytesRead } = await file.read(Buffer.alloc(SAMPLE_BYTES), { position });
      hash.update(buffer.subarray(0, bytesRead));
    }
    return hash.digest("hex").slice(0, DIGITS);
  } finally {
    await file.close();
  }
}
