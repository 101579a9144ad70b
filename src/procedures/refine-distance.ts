// How much happens between neighbouring steps: ProcessMaker's frame distance,
//   D = α · (1 − cos of global features) + (1 − α − β) · mean over patches of the nearest patch distance
//     + β · (1 − cos of text features).
// Its networks are not at hand: refine-features.ts sees, and a caption is the bag of its words. Distances of
// such different kinds have no common scale, so each is told by its mean over the procedure.
import { cosineDistance, partsDistance } from "./distance.js";
import { featuresOf, type PictureFeatures, THUMBNAIL_PX } from "./refine-features.js";
import type { DrawnStep } from "./steps.js";
import type { PictureOperations } from "../workers/index.js";

const ALPHA = 0.6;
const BETA = 0.2;
const WEIGHTS = { whole: ALPHA, parts: 1 - ALPHA - BETA, text: BETA };

/** Below this all are the same, and what differs is rounding. */
const NOTHING = 1e-9;

type Terms = typeof WEIGHTS;
type Told = Pick<DrawnStep, "png" | "caption">;
type Seen = PictureFeatures & { words: Set<string> };

export interface Distances {
  /** D of every step of the procedure and the next, 1 on average */
  all: number[];
  /** D of other steps, each and the next, by the same scale */
  measure(steps: readonly Told[]): Promise<number[]>;
}

export async function measureSteps(
  pictures: Pick<PictureOperations, "fit">,
  steps: readonly Told[],
): Promise<Distances> {
  const terms = await compare(pictures, steps);
  const means: Terms = { whole: mean("whole"), parts: mean("parts"), text: mean("text") };
  return {
    all: terms.map(distance),
    measure: async (others) => (await compare(pictures, others)).map(distance),
  };

  function mean(name: keyof Terms): number {
    return terms.reduce((sum, term) => sum + term[name], 0) / terms.length;
  }

  function distance(term: Terms): number {
    const scaled = (name: keyof Terms) =>
      means[name] > NOTHING ? (WEIGHTS[name] * term[name]) / means[name] : 0;
    return scaled("whole") + scaled("parts") + scaled("text");
  }
}

async function compare(
  pictures: Pick<PictureOperations, "fit">,
  steps: readonly Told[],
): Promise<Terms[]> {
  const terms: Terms[] = [];
  let before: Seen | undefined;
  for (const { png, caption } of steps) {
    const thumbnail = await pictures.fit({ source: { bytes: png }, sidePx: THUMBNAIL_PX });
    const seen = { ...featuresOf(thumbnail), words: wordsOf(caption) };
    if (before !== undefined)
      terms.push({
        whole: cosineDistance(before.whole, seen.whole),
        parts: partsDistance(before.patches, seen.patches),
        text: textDistance(before.words, seen.words),
      });
    before = seen;
  }
  return terms;
}

/** 1 − cos of two bags of words. */
function textDistance(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = [...a].filter((word) => b.has(word)).length;
  return 1 - shared / (Math.sqrt(a.size * b.size) || 1);
}

/** Where no spaces are written, every character is a word. */
function wordsOf(caption: string): Set<string> {
  return new Set(caption.toLowerCase().match(/\p{Ideographic}|[\p{L}\p{M}\p{N}]+/gu));
}
