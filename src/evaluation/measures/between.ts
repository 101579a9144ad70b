// Where a new frame stands between the two that it was painted for.
import type { Distance } from "./order.js";

export interface Between {
  /** d(a, b) / (d(a, m) + d(m, b)): 1 on the straight way from a to b, less the further it leaves it */
  straightness: number;
  /** d(a, m) / (d(a, m) + d(m, b)): 0 like a, 1 like b */
  place: number;
}

/** Two frames that are alike have everything between them that is like both. */
export function between<Item>(a: Item, m: Item, b: Item, distance: Distance<Item>): Between {
  const [before, after] = [distance(a, m), distance(m, b)];
  const way = before + after;
  if (way === 0) return { straightness: 1, place: 0.5 };
  return { straightness: Math.min(1, distance(a, b) / way), place: before / way };
}
