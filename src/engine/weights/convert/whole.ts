// Whether a finished file is the one that was planned, every byte of it. To read 12 GB takes a while: once
// that was done, a note beside the file keeps its size and time, and only another time asks for it again.
import { open, readFile, stat, writeFile } from "node:fs/promises";
import { EngineError } from "../../error.js";
import { openSafetensors } from "../safetensors.js";
import { readAt } from "../weight-file.js";
import { streamBytes } from "../write.js";
import { checksumAt, joinChecksums } from "./checksum.js";
import { headerWith, type FilePlan } from "./resumable.js";

/** @param readsAll - the note is not believed */
export async function isWhole(plan: FilePlan, readsAll = false): Promise<boolean> {
  const checksum = await statedChecksum(plan);
  if (checksum === undefined) return false;
  if (!readsAll && (await isNoted(plan.path))) return true;
  if ((await foundChecksum(plan)) !== checksum) return false;
  await note(plan.path);
  return true;
}

/** Says that a file is whole as it lies there. */
export async function note(path: string): Promise<void> {
  await writeFile(noteOf(path), await signOf(path)).catch(() => {}); // then it is read again
}

/** The checksum in a header that otherwise is the planned one; undefined where it is another, or cut short. */
async function statedChecksum(plan: FilePlan): Promise<string | undefined> {
  try {
    const { checksum = "" } = (await openSafetensors(plan.path)).metadata;
    const header = headerWith(plan, checksum);
    return (await startOf(plan.path, header.length)).equals(header) ? checksum : undefined;
  } catch (error) {
    if (error instanceof EngineError) return undefined;
    throw error;
  }
}

async function foundChecksum(plan: FilePlan): Promise<string> {
  const file = await open(plan.path, "r");
  try {
    const checksums: string[] = [];
    let position = headerWith(plan).length;
    for (const stream of plan.streams) {
      const length = streamBytes(stream);
      checksums.push(await checksumAt(file, position, length));
      position += length;
    }
    return joinChecksums(checksums);
  } finally {
    await file.close();
  }
}

async function startOf(path: string, length: number): Promise<Buffer> {
  const file = await open(path, "r");
  try {
    return await readAt(file, 0, length);
  } finally {
    await file.close();
  }
}

const isNoted = async (path: string): Promise<boolean> =>
  (await readFile(noteOf(path), "utf8").catch(() => "")) === (await signOf(path));

async function signOf(path: string): Promise<string> {
  const { size, mtimeNs } = await stat(path, { bigint: true });
  return `${size} bytes, ${mtimeNs} ns`;
}

const noteOf = (path: string): string => `${path}.checked`;
