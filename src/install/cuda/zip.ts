// Single files out of a ZIP archive on the disk, streamed: the archive weighs hundreds of megabytes.
import { createWriteStream } from "node:fs";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { crc32 } from "node:zlib";
import { type Entry, open, type Options, type ZipFile } from "yauzl";
import { InstallError } from "../error.js";

const openArchive = promisify<string, Options, ZipFile>(open);

/** Unpacks the file `name` of the archive to `target`; its size and checksum must be those of the directory. */
export async function unzip(archive: string, name: string, target: string): Promise<void> {
  const file = await openArchive(archive, { lazyEntries: true, autoClose: false }).catch(
    (error: unknown) => {
      throw new InstallError("the archive is no ZIP file", { cause: error });
    },
  );
  try {
    const entry = await findEntry(file, name);
    const bytes = await promisify<Entry, NodeJS.ReadableStream>(file.openReadStream.bind(file))(
      entry,
    );
    let sum = 0;
    const summing = new Transform({
      transform(chunk: Buffer, _, done) {
        sum = crc32(chunk, sum);
        done(null, chunk);
      },
    });
    await pipeline(bytes, summing, createWriteStream(target));
    if (sum !== entry.crc32) throw new Error("its checksum is another");
  } catch (error) {
    // A full disk is no spoilt archive.
    if (error instanceof InstallError || (error as NodeJS.ErrnoException).syscall) throw error;
    throw new InstallError(`${name} does not have its checksum; fetch it again`, { cause: error });
  } finally {
    file.close();
  }
}

function findEntry(file: ZipFile, name: string): Promise<Entry> {
  return new Promise((resolve, reject) => {
    file.on("entry", (entry: Entry) => {
      if (entry.fileName === name) resolve(entry);
      else file.readEntry();
    });
    file.on("end", () => reject(new InstallError(`the archive has no ${name}`)));
    file.on("error", reject);
    file.readEntry();
  });
}
