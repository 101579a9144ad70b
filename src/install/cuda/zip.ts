// Single files out of a ZIP archive on the disk, streamed: the archive weighs hundreds of megabytes.
// Sizes and checksums are those of its directory; one with 64-bit fields or passwords is refused.
import { createReadStream, createWriteStream } from "node:fs";
import { open } from "node:fs/promises";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { crc32, createInflateRaw } from "node:zlib";
import { InstallError } from "../error.js";

interface ZipEntry {
  method: number;
  crc: number;
  /** bytes in the archive, and unpacked */
  packed: number;
  unpacked: number;
  /** of its local header */
  offset: number;
}

const END_BYTES = 22;
const MOST_COMMENT_BYTES = 0xffff;
const [STORED, DEFLATED] = [0, 8];

/** Unpacks the file `name` of the archive to `target`. */
export async function unzip(archive: string, name: string, target: string): Promise<void> {
  const { entry, start } = await findEntry(archive, name);
  const { method, packed, unpacked, crc } = entry;
  const bytes = createReadStream(archive, { start, end: start + packed - 1 });
  const inflate = method === DEFLATED ? [createInflateRaw()] : [];
  let [count, sum] = [0, 0];
  const counting = new Transform({
    transform(chunk: Buffer, _, done) {
      count += chunk.length;
      sum = crc32(chunk, sum);
      done(count > unpacked ? spoilt(name) : null, chunk);
    },
  });
  await pipeline([bytes, ...inflate, counting, createWriteStream(target)]);
  if (count !== unpacked || sum !== crc) throw spoilt(name);
}

async function findEntry(
  archive: string,
  name: string,
): Promise<{ entry: ZipEntry; start: number }> {
  const file = await open(archive);
  try {
    const { size } = await file.stat();
    const read = async (offset: number, length: number) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
      if (bytesRead < length) throw new InstallError("the archive is cut short");
      return buffer;
    };
    const tailBytes = Math.min(size, END_BYTES + MOST_COMMENT_BYTES);
    const tail = await read(size - tailBytes, tailBytes);
    const end = tail.lastIndexOf("PK\x05\x06", -END_BYTES, "latin1");
    if (end < 0) throw new InstallError("the archive is no ZIP file");
    const directory = await read(tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
    const entry = entryOf(directory, name);
    const local = await read(entry.offset, 30);
    const start = entry.offset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
    return { entry, start };
  } finally {
    await file.close();
  }
}

function entryOf(directory: Buffer, name: string): ZipEntry {
  for (let at = 0; at + 46 <= directory.length;) {
    const nameBytes = directory.readUInt16LE(at + 28);
    const rest = directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
    if (directory.toString("utf8", at + 46, at + 46 + nameBytes) === name) {
      const [crc, packed, unpacked] = [16, 20, 24].map((i) => directory.readUInt32LE(at + i));
      const method = directory.readUInt16LE(at + 10);
      const isLocked = (directory.readUInt16LE(at + 8) & 1) === 1;
      if (isLocked || (method !== STORED && method !== DEFLATED))
        throw new InstallError(`${name} is packed in a way that cannot be read`);
      return { method, crc: crc!, packed: packed!, unpacked: unpacked!, offset: directory.readUInt32LE(at + 42) };
    }
    at += 46 + nameBytes + rest;
  }
  throw new InstallError(`the archive has no ${name}`);
} // prettier-ignore

const spoilt = (name: string) =>
  new InstallError(`${name} does not have its checksum; fetch it again`);
