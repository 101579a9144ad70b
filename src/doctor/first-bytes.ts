// What a file is whose name promises weights, and whose first bytes are of something else.
import { open, stat } from "node:fs/promises";

const PICKLE = "a PyTorch checkpoint, which can run code and is not read here";

const signs: readonly (readonly [is: string, begin: RegExp | string])[] = [
  ["a Git LFS pointer", "version https://git-lfs"],
  ["a web page, as a download without login leaves it", /^\s*<(!doctype|html|\?xml)/i],
  ["a refusal, as a download without access leaves it", /^(\s*\{\s*"error|Access to |Invalid )/],
  ["a GGUF file", "GGUF"],
  [PICKLE, "PK\x03\x04"],
  [PICKLE, "\x80\x02"],
];

/** In words; undefined where the bytes say nothing. */
export async function firstBytesOf(path: string): Promise<string | undefined> {
  try {
    if (!(await stat(path)).isFile()) return undefined; // a pipe would never open
    const begin = await readBegin(path);
    if (begin === "") return "an empty file";
    return signs.find(([, sign]) =>
      typeof sign === "string" ? begin.startsWith(sign) : sign.test(begin),
    )?.[0];
  } catch {
    return undefined; // it went away, or is closed to us
  }
}

async function readBegin(path: string): Promise<string> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0);
    return buffer.toString("latin1", 0, bytesRead);
  } finally {
    await file.close();
  }
}
