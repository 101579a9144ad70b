// The crafts, in the order of the catalogue.
import type { Craft } from "../craft.js";
import { claySculpture } from "./clay-sculpture.js";
import { clayToys } from "./clay-toys.js";
import { cook } from "./cook.js";
import { emoji } from "./emoji.js";
import { fabricToys } from "./fabric-toys.js";
import { icon } from "./icon.js";
import { illustration } from "./illustration.js";
import { inkPainting } from "./ink-painting.js";
import { jadeCarving } from "./jade-carving.js";
import { landscape } from "./landscape.js";
import { lego } from "./lego.js";
import { lineDraw } from "./line-draw.js";
import { oilPainting } from "./oil-painting.js";
import { painting } from "./painting.js";
import { pencilSketch } from "./pencil-sketch.js";
import { portrait } from "./portrait.js";
import { sandArt } from "./sand-art.js";
import { sketch } from "./sketch.js";
import { transformer } from "./transformer.js";
import { woodSculpture } from "./wood-sculpture.js";
import { zbrush } from "./zbrush.js";

export const crafts: readonly Craft[] = [
  lego,
  cook,
  painting,
  icon,
  landscape,
  portrait,
  transformer,
  sandArt,
  illustration,
  sketch,
  clayToys,
  claySculpture,
  zbrush,
  woodSculpture,
  inkPainting,
  pencilSketch,
  fabricToys,
  oilPainting,
  jadeCarving,
  lineDraw,
  emoji,
];

const bySlug = new Map(crafts.map((craft) => [craft.slug, craft]));

export const craftNamed = (slug: string): Craft | undefined => bySlug.get(slug);
