// The steps' pictures, made ready by the picture child; nothing is decoded here.
import { readFile } from "node:fs/promises";
import type { ExportSource } from "./format.js";

const QUALITY = 85;
/** Small frames are scaled up once, and well, instead of by every reader in its own way. */
const LEAST_PX = 512;

/** JPEGs of all steps. @param mostPx - no side is longer */
export async function stepJpegs(
  { tutorial, pictures, signal }: ExportSource,
  mostPx: number,
): Promise<Uint8Array[]> {
  const jpegs: Uint8Array[] = [];
  for (const { file, sidePx } of tutorial.steps) {
    const size = Math.min(mostPx, Math.max(LEAST_PX, sidePx));
    const request = { sources: [{ path: file }], sidePx: size, quality: QUALITY };
    jpegs.push(...(await pictures.previews(request, { signal })));
  }
  return jpegs;
}

/** The stored PNGs, byte for byte, by the names they have in an export. */
export async function stepPngs({
  tutorial: { steps },
  signal,
}: ExportSource): Promise<Record<string, Uint8Array>> {
  const pngs: Record<string, Uint8Array> = {};
  for (const [index, { file }] of steps.entries())
    pngs[stepName(index)] = await readFile(file, { signal });
  return pngs;
}

/** @param index - counted from 0 */
export function stepName(index: number): string {
  return `step-${String(index + 1).padStart(2, "0")}.png`;
}
