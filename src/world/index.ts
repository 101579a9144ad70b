// The world: a generator of crafts. A scene is drawn by chance, a craft shows in nine stages how its
// thing is made, and words say it. Everything follows from a seed.
export { blueprint, blueprintBlues } from "./blueprint.js";
export { backgrounds, type Surroundings } from "./backgrounds.js";
export { arrange, relations, sizes } from "./arrange.js";
export type { Craft, Stage } from "./craft.js";
export { craftNamed, crafts } from "./crafts/index.js";
export { heldOutTriples, isHeldOut, type Triple } from "./held-out.js";
export { colorNames, colors, type ColorName } from "./palette.js";
export {
  framedPrompt,
  picturePrompt,
  shortPrompt,
  subjectText,
  tokensOf,
  vocabulary,
  type StepPlans,
} from "./prompt.js";
export { randomFrom, type Random } from "./random.js";
export { renderFrames, renderPage } from "./render.js";
export type { Drawing, PlacedShape, Relation, Scene, Size } from "./scene.js";
export { drawScene, framesOf, nineStages, pictureOf, type Wanted } from "./sequence.js";
export type { Subject, SubjectKind } from "./subject.js";
export { subjectNamed, subjects } from "./subjects/index.js";
