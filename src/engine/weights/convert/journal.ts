// What of a file is done, for whoever goes on with it: a line a piece, with its checksum, added once the
// piece is on the disk. A line that a kill tore is no line, and lines of another plan say nothing.
import { open, readFile } from "node:fs/promises";

/** @param plan - hexadecimal; tells what the file is to become */
export async function appendLine(
  journal: string,
  plan: string,
  piece: number,
  checksum: string,
): Promise<void> {
  const file = await open(journal, "a");
  try {
    await file.writeFile(`\n${plan} ${piece} ${checksum}\n`);
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** The checksum of each piece that was done. */
export async function readLines(journal: string, plan: string): Promise<Map<number, string>> {
  const text = await readFile(journal, "utf8").catch(() => "");
  const done = new Map<number, string>();
  for (const line of text.split("\n")) {
    const [, of, piece, checksum] = /^(\w+) (\d+) ([0-9a-f]{64})$/.exec(line) ?? [];
    if (of === plan) done.set(Number(piece), checksum!);
  }
  return done;
}
