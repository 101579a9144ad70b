// The text of a file that somebody wrote somewhere: any of the encodings that editors leave behind.
import { readFile, stat } from "node:fs/promises";

/** No caption is longer; what is, is no caption. */
const MOST_BYTES = 1024 * 1024;
/** Of UTF-16 without a mark, Latin letters have every second byte zero. */
const ZERO_SHARE = 0.4;

/**
 * Reads UTF-8, UTF-16 (with a byte-order mark, or without where it shows) or, where it is neither,
 * Windows-1252, which holds Latin-1. Throws an Error that says why it is no text.
 */
export async function readText(file: string): Promise<string> {
  const { size } = await stat(file);
  if (size > MOST_BYTES) throw new Error(`has ${size} bytes, at most ${MOST_BYTES} are read`);
  const text = decodeText(await readFile(file));
  // oxlint-disable-next-line no-control-regex -- they are what tells data from text
  if (/[\0-\x08\x0e-\x1f\ufffd]/.test(text)) throw new Error("holds data, no text");
  return text;
}

/** @param bytes - a byte-order mark does not come back */
export function decodeText(bytes: Uint8Array): string {
  const encoding = utf16Of(bytes);
  if (encoding !== undefined) return new TextDecoder(encoding).decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

function utf16Of(bytes: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  if (bytes.length % 2 !== 0) return undefined;
  let [even, odd] = [0, 0];
  bytes.forEach((byte, i) => {
    if (byte === 0 && i % 2 === 0) even++;
    if (byte === 0 && i % 2 === 1) odd++;
  });
  const many = Math.max(1, (ZERO_SHARE * bytes.length) / 2);
  if (odd >= many && even < many) return "utf-16le";
  if (even >= many && odd < many) return "utf-16be";
  return undefined;
}
