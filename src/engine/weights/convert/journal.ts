// What of a file is done, for whoever goes on with it: a line a piece, with its checksum, added once the
// piece is on the disk. A line that a kill tore is no line.
import { open, readFile } from "node:fs/promises";

export async function appendLines(
  journal: string,
  checksums: ReadonlyMap<number, string>,
): Promise<void> {
  const lines = [...checksums].map(([piece, checksum]) => `${piece} ${checksum}\n`);
  const file = await open(journal, "a");
  try {
    await file.writeFile(`\n${lines.join("")}`); // a torn line before it stays alone
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** The checksum of each piece that was done. */
export async function readLines(journal: string): Promise<Map<number, string>> {
  const text = await readFile(journal, "utf8").catch(() => "");
  const lines = text.matchAll(/^(\d+) ([0-9a-f]{64})$/gm);
  return new Map(Array.from(lines, ([, piece, checksum]) => [Number(piece), checksum!]));
}
