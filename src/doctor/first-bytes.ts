// What a file is whose name promises weights, and whose first bytes are of something else.
import { open } from "node:fs/promises";

const signs: readonly (readonly [is: string, begin: RegExp])[] = [
  ["a Git LFS pointer", /^version https:\/\/git-lfs/],
  ["a web page, as a download without login leaves it", /^\s*<(!doctype|html|\?xml)/i],
  ["an error message, as a download without access leaves it", /^(\s*\{\s*"error|Access to |Entry not|Invalid )/],
  ["a GGUF file", /^GGUF/],
  ["a PyTorch checkpoint, which can run code and is not read here", /^(PK\x03\x04|\x80\x02)/],
]; // prettier-ignore

/** In words; undefined where the bytes say nothing. */
export async function firstBytesOf(path: string): Promise<string | undefined> {
  const file = await open(path, "r").catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0);
    if (bytesRead === 0) return "an empty file";
    const begin = buffer.toString("latin1", 0, bytesRead);
    return signs.find(([, sign]) => sign.test(begin))?.[0];
  } finally {
    await file.close();
  }
}
