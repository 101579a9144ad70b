// Whether frames stand in an order that leads somewhere.
import { randomFrom } from "../../world/index.js";
import { kendallTau } from "./kendall.js";

/** Distance of any two items. */
export type Distance<Item> = (a: Item, b: Item) => number;

/**
 * How steadily frames come nearer to the last one: Kendall's τ over those before it. The last itself is
 * left out, for it is nearest to itself in any order.
 */
export function orderTau<Item>(frames: readonly Item[], distance: Distance<Item>): number {
  const last = frames.at(-1) as Item;
  return kendallTau(frames.slice(0, -1).map((frame) => -distance(frame, last)));
}

const SHUFFLES = 99;
/** Of those, at most so many may be as short: one in twenty by chance. */
const AS_SHORT = 4;

/**
 * Whether the way from frame to frame is shorter than through the same frames shuffled. It knows no
 * direction, which is for τ to tell.
 */
export function isShortWay<Item>(frames: readonly Item[], distance: Distance<Item>): boolean {
  const apart = frames.map((a) => frames.map((b) => distance(a, b)));
  const length = (order: readonly number[]) =>
    order.slice(1).reduce((sum, to, i) => sum + apart[order[i]!]![to]!, 0);
  const own = [...frames.keys()];
  const random = randomFrom("shuffles");
  const asShort = Array.from({ length: SHUFFLES }, () => length(random.shuffle(own))).filter(
    (other) => other <= length(own),
  ).length;
  return asShort <= AS_SHORT;
}

/** Mean distance from a frame to the next. */
export function meanStep<Item>(frames: readonly Item[], distance: Distance<Item>): number {
  const steps = frames.slice(1).map((frame, i) => distance(frames[i]!, frame));
  return steps.reduce((sum, step) => sum + step, 0) / steps.length;
}
