// JPEG previews that fit a budget: the largest rung of the ladder that holds all of them, else the
// smallest of those that matter most, and an even selection of the others.

export const LADDER_PX = [832, 640, 512, 448, 384, 256, 192];
const QUALITIES = [82, 71];
const LOWEST_QUALITY = 60;

export type Encode = (sidePx: number, quality: number) => Promise<Uint8Array[]>;

export interface PreviewOptions {
  /** at which side the largest frame is shown best */
  largestPx: number;
  /** no preview is larger */
  topPx: number;
  budgetBytes: number;
  /** by a frame's index: those that come before all others */
  isPreferred?: (index: number) => boolean;
}

/** One preview a frame; undefined where there was no room for it. */
export async function fitPreviews(
  encode: Encode,
  { largestPx, topPx, budgetBytes, isPreferred }: PreviewOptions,
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
  return select(smallest, budgetBytes, isPreferred);
}

/** Sides to try, falling from `mostPx`. */
export function rungs(mostPx: number): number[] {
  return [mostPx, ...LADDER_PX.filter((sidePx) => sidePx < mostPx)];
}

/** As many as fit, spread evenly: of the preferred ones, and when all of those are there, of the others. */
export function select(
  previews: readonly Uint8Array[],
  budgetBytes: number,
  isPreferred: (index: number) => boolean = () => false,
): (Uint8Array | undefined)[] {
  const all = previews.map((_, i) => i);
  const preferred = all.filter(isPreferred);
  const chosen = new Set(spread(preferred, previews, budgetBytes));
  if (chosen.size === preferred.length) {
    const left = budgetBytes - weigh(preferred.map((i) => previews[i]));
    for (const i of spread(without(all, chosen), previews, left)) chosen.add(i);
  }
  return previews.map((preview, i) => (chosen.has(i) ? preview : undefined));
}

/** As many of them as fit, first and last included; one alone is the last. */
function spread(
  indices: readonly number[],
  previews: readonly Uint8Array[],
  budgetBytes: number,
): number[] {
  const last = indices.length - 1;
  for (let count = indices.length; count > 0; count--) {
    const places = Array.from({ length: count }, (_, i) =>
      count === 1 ? last : Math.round((i * last) / (count - 1)),
    );
    const chosen = places.flatMap((place) => indices[place] ?? []);
    if (weigh(chosen.map((i) => previews[i])) <= budgetBytes) return chosen;
  }
  return [];
}

function without(indices: readonly number[], others: ReadonlySet<number>): number[] {
  return indices.filter((i) => !others.has(i));
}

function weigh(previews: readonly (Uint8Array | undefined)[]): number {
  return previews.reduce((sum, preview) => sum + (preview?.length ?? 0), 0);
}
