// A sequence: a scene drawn by chance, and its frames in a craft as complete SVG documents.
import { arrange, relations } from "./arrange.js";
import { backgrounds, isSeenOn } from "./backgrounds.js";
import type { Craft, Stage } from "./craft.js";
import { triplesOf, type Triple } from "./held-out.js";
import type { ColorName } from "./palette.js";
import { randomFrom, type Random } from "./random.js";
import type { Drawing, Scene, Size } from "./scene.js";
import type { Subject } from "./subject.js";

/** What is asked for; chance decides the rest. */
export interface Wanted {
  craft: Craft;
  subject?: Subject;
  color?: ColorName;
  size?: Size;
  background?: string;
  /** whether there is a second thing */
  related?: boolean;
  /** true: one of the triples kept from training; otherwise never one of them */
  heldOut?: boolean;
}

const SHARE_OF_SIZES = 0.3;
const SHARE_OF_BACKGROUNDS = 0.5;
const SHARE_OF_RELATIONS = 0.1;

export const nineStages: readonly Stage[] = [1, 2, 3, 4, 5, 6, 7, 8, 9];

/** Throws RangeError where nothing is as wanted: a triple asked for is held out and `heldOut` is not. */
export function drawScene(random: Random, wanted: Wanted): Scene {
  const { craft, heldOut = false } = wanted;
  const thing = drawThing(
    random,
    { craft, heldOut },
    ({ subject, color }) =>
      subject === (wanted.subject ?? subject) && color === (wanted.color ?? color),
  );
  const related = wanted.related ?? random.chance(SHARE_OF_RELATIONS);
  const other = related && {
    relation: random.pick(relations),
    ...drawThing(
      random,
      { craft, heldOut: false },
      ({ subject, color }) => subject !== thing.subject && color !== thing.color,
    ),
  };
  const colors = [thing.color, ...(other ? [other.color] : [])];
  return {
    ...thing,
    size: wanted.size ?? (random.chance(SHARE_OF_SIZES) ? random.pick(["small", "big"]) : "medium"),
    background: wanted.background ?? drawBackground(random, craft, colors),
    ...(other ? { other } : {}),
    seed: random.whole(0, 2 ** 32 - 1).toString(36),
  };
}

/** The work after each of nine or four stages, or of any, as SVG documents of `sizePx` × `sizePx`. */
export function framesOf(
  scene: Scene,
  craft: Craft,
  frames: 9 | 4 | readonly Stage[],
  sizePx: number,
): string[] {
  const drawing = arrange(scene);
  const stages = frames === 9 ? nineStages : frames === 4 ? craft.four : frames;
  return stages.map((stage) => frameAt(drawing, scene.seed, craft, stage, sizePx));
}

/** The finished work. */
export function pictureOf(scene: Scene, craft: Craft, sizePx: number): string {
  return frameAt(arrange(scene), scene.seed, craft, 9, sizePx);
}

function frameAt(drawing: Drawing, seed: string, craft: Craft, stage: Stage, sizePx: number) {
  const inside = craft.draw(drawing, stage, randomFrom(`${seed} ${craft.slug}`));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" width="${sizePx}" height="${sizePx}">${inside}</svg>`;
}

function drawThing(
  random: Random,
  { craft, heldOut }: { craft: Craft; heldOut: boolean },
  isWanted: (triple: Triple) => boolean,
) {
  const wanted = triplesOf(craft, heldOut).filter(isWanted);
  if (wanted.length === 0)
    throw new RangeError(
      `drawScene: no thing in ${craft.slug} is as wanted; a held-out triple is drawn with heldOut alone, and only a craft with colours has any`,
    );
  const { subject, color } = random.pick(wanted);
  return { subject, color };
}

function drawBackground(random: Random, craft: Craft, colors: readonly ColorName[]): string {
  if (!craft.backgrounds || !random.chance(SHARE_OF_BACKGROUNDS)) return "white";
  const fitting = backgrounds.filter(
    (background) =>
      background.name !== "white" && colors.every((color) => isSeenOn(background, color)),
  );
  return fitting.length === 0 ? "white" : random.pick(fitting).name;
}
