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
  psnr,
  workDistance,
  type SeenFrame,
} from "./measures/index.js";
import type { Painted } from "./painter.js";

export type Measures = Record<string, number>;

export async function see(classifier: Classifier, frames: readonly Raster[]): Promise<SeenFrame[]> {
  const looks = await classifier.look(frames);
  return frames.map((frame, i) => ({ frame, look: looks[i]! }));
}

/** What the last frame shows (where that is another thing, the first), and how the frames lead to it. */
export function measureSequence(seen: readonly SeenFrame[], asked: Asked): Measures {
  const looks = seen.map(({ look }) => look);
  return {
    ...recognised(looks, asked),
    tau: orderTau(seen, workDistance),
    shortWay: Number(isShortWay(looks, featureDistance)),
    growth: monotoneGrowth(seen.map(({ frame }) => frame)),
    step: meanStep(looks, featureDistance),
  };
}

/** The same of what a model painted. @param truth - where its steps are held against the true ones */
export async function measurePainted(
  classifier: Classifier,
  { frames, givenDb }: Painted,
  asked: Asked,
  truth?: readonly Raster[],
): Promise<Measures> {
  return {
    ...measureSequence(await see(classifier, frames), asked),
    ...(truth && { steps: psnr(frames.slice(0, -1), truth) }),
    ...(givenDb !== undefined && { given: givenDb }),
  };
}

function recognised(looks: readonly Look[], { subject, color, craft }: Asked): Measures {
  const last = looks.at(-1)!.names;
  const whole = craft.endsAsAnother ? looks[0]!.names : last;
  return {
    subject: Number(whole.subject === subject.name),
    color: Number(last.color === color),
    craft: Number(last.craft === craft.slug),
  };
}
