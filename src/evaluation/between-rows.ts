// Frames painted between two, and then between those that were painted, again and again: whether they
// stand between their neighbours, and what is left of the craft after some rounds.
import type { Raster } from "../raster.js";
import { randomFrom } from "../world/index.js";
import type { Asked } from "./asked.js";
import type { Classifier, Look } from "./classifier/index.js";
import type { Measures } from "./measured.js";
import { between, featureDistance, psnr } from "./measures/index.js";
import type { Painter } from "./painter.js";
import type { EvaluationRecord } from "./records.js";

export const DEPTHS = [1, 2, 3] as const;
/** Nearer to one of its neighbours than this share of the way, a frame is a copy of it. */
const COPY = 0.1;

type Pair = readonly [Raster, Raster];
type Paint = (ends: Pair, depth: number) => Promise<Pair> | Pair;

/** Of the sequence four frames that follow each other; the first and the last are given. */
export async function betweenRecords(
  asked: Asked,
  truth: readonly Raster[],
  classifier: Classifier,
  painter: Painter,
): Promise<EvaluationRecord[]> {
  const start = randomFrom(`between ${asked.seed}`).whole(0, truth.length - 4);
  const [a, b, c, d] = truth.slice(start, start + 4) as [Raster, Raster, Raster, Raster];
  const { index } = asked;

  async function rounds(name: string, paint: Paint, depths: readonly number[]) {
    const records: EvaluationRecord[] = [];
    let ends: Pair = [a, d];
    for (const depth of depths) {
      const middle = await paint(ends, depth);
      const measures = await measure(ends, middle);
      if (depth === 1 && middle[0] !== b) measures.steps = psnr(middle, [b, c]);
      records.push({ row: `${name} ${depth}`, index, measures });
      ends = middle;
    }
    return records;
  }

  async function measure(ends: Pair, middle: Pair): Promise<Measures> {
    const looks = await classifier.look([ends[0], ...middle, ends[1]]);
    const [from, first, second, to] = looks as [Look, Look, Look, Look];
    const stands = [first, second].map((look) => between(from, look, to, way));
    const [near, far] = stands.map(({ place }) => place) as [number, number];
    return {
      straightness: (stands[0]!.straightness + stands[1]!.straightness) / 2,
      ordered: Number(near < far && near > COPY && far < 1 - COPY),
      craft: [first, second].filter(({ names }) => names.craft === asked.craft.slug).length / 2,
    };
  }

  return [
    ...(await rounds("true between", () => [b, c], [1])),
    ...(await rounds(
      "cross-fade",
      ([from, to]) => [mix(from, to, 1 / 3), mix(from, to, 2 / 3)],
      DEPTHS,
    )),
    ...(await rounds(
      "between",
      (ends, depth) => painter.between(asked, ends, asked.seed + depth),
      DEPTHS,
    )),
  ];
}

/** 1 − cos grows with the square of an angle; its root can be added up along a way. */
const way = (a: Look, b: Look): number => Math.sqrt(Math.max(0, featureDistance(a, b)));

const mix = (a: Raster, b: Raster, share: number): Raster => ({
  ...a,
  data: a.data.map((value, i) => Math.round(value + share * (b.data[i]! - value))),
});
