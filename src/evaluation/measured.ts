// All that is measured of one sequence, by name; yes is 1 and no is 0.
import type { Raster } from "../raster.js";
import type { Asked } from "./asked.js";
import type { Classifier, Look } from "./classifier/index.js";
import {
  featureDistance,
  isShortWay,
  meanStep,
  monotoneGrowth,
  orderTau,
} from "./measures/index.js";

export type Measures = Record<string, number>;

/** A sequence, seen. */
export interface Seen {
  frames: readonly Raster[];
  looks: readonly Look[];
}

export async function see(classifier: Classifier, frames: readonly Raster[]): Promise<Seen> {
  return { frames, looks: await classifier.look(frames) };
}

/** What the last frame shows, and how the frames lead to it. */
export function measureSequence({ frames, looks }: Seen, asked: Asked): Measures {
  return {
    ...recognised(looks.at(-1)!, asked),
    tau: orderTau(looks, featureDistance),
    shortWay: Number(isShortWay(looks, featureDistance)),
    growth: monotoneGrowth(frames),
    step: meanStep(looks, featureDistance),
  };
}

function recognised({ names }: Look, { subject, color, craft }: Asked): Measures {
  return {
    subject: Number(names.subject === subject.name),
    color: Number(names.color === color),
    craft: Number(names.craft === craft.slug),
  };
}
