// JPEG previews that fit a budget: the largest rung of the ladder that holds all of them, else an
// even selection of the smallest.

export const LADDER_PX = [640, 512, 448, 384, 256, 192];
const QUALITIES = [82, 71];
const LOWEST_QUALITY = 60;

export type Encode = (sidePx: number, quality: number) => Promise<Uint8Array[]>;

/**
 * One preview a frame; undefined where there was no room for it.
 * @param largestPx - at which side the largest frame is shown best
 * @param topPx - no preview is larger
 */
export async function fitPreviews(
  encode: Encode,
  { largestPx, topPx, budgetBytes }: { largestPx: number; topPx: number; budgetBytes: number },
): Promise<(Uint8Array | undefined)[]> {
  let smallest: Uint8Array[] = [];
  for (const sidePx of rungs(Math.min(largestPx, topPx))) {
    smallest = await encode(sidePx, LOWEST_QUALITY);
    if (weigh(smallest) > budgetBytes) continue;
    for (const quality of QUALITIES) {
      const finer = await encode(sidePx, quality);
      if (weigh(finer) <= budgetBytes) return finer;
    }
    return smallest;
  }
  return selectEvenly(smallest, budgetBytes);
}

/** Sides to try, falling from `mostPx`. */
export function rungs(mostPx: number): number[] {
  return [...new Set(LADDER_PX.map((sidePx) => Math.min(sidePx, mostPx)))];
}

/** As many as fit, first and last among them, the others spread evenly. */
export function selectEvenly(
  previews: readonly Uint8Array[],
  budgetBytes: number,
): (Uint8Array | undefined)[] {
  const last = previews.length - 1;
  for (let count = previews.length; count > 0; count--) {
    const chosen = new Set(
      Array.from({ length: count }, (_, i) =>
        count === 1 ? last : Math.round((i * last) / (count - 1)),
      ),
    );
    const selection = previews.map((preview, i) => (chosen.has(i) ? preview : undefined));
    if (weigh(selection) <= budgetBytes) return selection;
  }
  return previews.map(() => undefined);
}

function weigh(previews: readonly (Uint8Array | undefined)[]): number {
  return previews.reduce((sum, preview) => sum + (preview?.length ?? 0), 0);
}
