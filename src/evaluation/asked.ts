// What a model is asked: held-out triples of subject, colour and craft, said as a prompt says them, each
// with the sequence of frames that the world itself would show.
import type { Model } from "../procedures/index.js";
import type { Raster } from "../raster.js";
import {
  framesOf,
  heldOutTriples,
  randomFrom,
  renderFrames,
  subjectText,
  type Scene,
  type Triple,
} from "../world/index.js";
import { FRAME_PX } from "./classifier/index.js";
import { EvaluationError } from "./error.js";

export interface Asked extends Triple {
  index: number;
  /** of what is painted for it */
  seed: number;
  /** "a red house" */
  words: string;
  /** in the model */
  domain: Model["domains"][number];
  scene: Scene;
}

/**
 * The same for one seed, whatever the count: a longer evaluation goes on where a shorter one ended.
 * @throws EvaluationError `nothing_to_do` where the model knows none of the triples
 */
export function chooseAsked(
  model: Model,
  { count, seed }: { count: number; seed: number },
): Asked[] {
  const { domains, subjects, colors } = model;
  const known = heldOutTriples().flatMap((triple) => {
    const { craft, subject, color } = triple;
    const domain = domains.find((each) => each.domain === craft.slug && each.colors);
    const isKnown = (subjects?.includes(subject.name) ?? true) && isNamed(colors, color);
    return domain && isKnown ? [{ ...triple, domain }] : [];
  });
  if (known.length === 0)
    throw new EvaluationError(
      "nothing_to_do",
      `the model “${model.name}” names no subject, colour and domain of the world that were held out together; its model.json says what it knows`,
    );
  return randomFrom(`asked ${seed}`)
    .shuffle(known)
    .slice(0, count)
    .map((triple, index) => {
      const random = randomFrom(`asked ${seed} ${index}`);
      const scene: Scene = {
        subject: triple.subject,
        color: triple.color,
        size: "medium",
        background: "white",
        seed: random.whole(0, 2 ** 32 - 1).toString(36),
      };
      const words = subjectText(scene, triple.craft);
      return { ...triple, index, seed: random.whole(0, 2 ** 31), words, scene };
    });
}

/** A model that lists no colours is not held to any. */
const isNamed = (colors: readonly string[], color: string): boolean =>
  colors.length === 0 || colors.includes(color);

/** @param sizePx - of a frame */
export function trueFrames(
  { scene, craft }: Asked,
  frames: 9 | 4,
  sizePx: number = FRAME_PX,
): Promise<Raster[]> {
  return renderFrames(framesOf(scene, craft, frames, sizePx), sizePx);
}
