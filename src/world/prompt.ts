// What is said about a picture: the thing in a few words, and the forms that a prompt puts it into.
import { relations, sizes } from "./arrange.js";
import { backgrounds, surroundingsNamed } from "./backgrounds.js";
import type { Craft } from "./craft.js";
import { crafts } from "./crafts/index.js";
import { colorNames } from "./palette.js";
import type { Scene } from "./scene.js";
import { subjects } from "./subjects/index.js";

/** A craft's captions for nine and for four frames, with `{subject}` where the thing is named. */
export type StepPlans = Readonly<Record<9 | 4, readonly string[]>>;

/** "a small red house beside a green tree on a meadow"; what the craft cannot show is not said. */
export function subjectText(scene: Omit<Scene, "seed">, craft: Craft): string {
  const { subject, color, size, background, other } = scene;
  const colored = (name: string) => (craft.colors ? [name] : []);
  return [
    withArticle([...(size === "medium" ? [] : [size]), ...colored(color), subject.name]),
    ...(other ? [other.relation, withArticle([...colored(other.color), other.subject.name])] : []),
    ...(craft.backgrounds ? [surroundingsNamed(background).phrase] : []),
  ]
    .filter((words) => words !== "")
    .join(" ");
}

export function shortPrompt(craft: Craft, frames: 9 | 4, subject: string): string {
  const grid = frames === 9 ? "3*3 of 9" : "2*2 of 4";
  return `${grid} sub-images, step-by-step ${craft.phrase}, ${subject}`;
}

/** @param plans - the craft's */
export function framedPrompt(
  craft: Craft,
  frames: 9 | 4,
  subject: string,
  plans: StepPlans,
): string {
  const steps = plans[frames].map(
    (caption, i) => `<image-${i + 1}> ${caption.replaceAll("{subject}", () => subject)}`,
  );
  return `${shortPrompt(craft, frames, subject)}, ${steps.join(" ")}`;
}

/** Of a finished piece alone: "a red house, lego model construction". */
export function picturePrompt(craft: Craft, subject: string): string {
  return `${subject}, ${craft.phrase.replace(/ process$/, "")}`;
}

/** Words, digits and runs of marks, in lower case: as CLIP's tokenizer splits a text. */
export function tokensOf(text: string): string[] {
  return text.toLowerCase().match(/'(?:s|t|re|ve|m|ll|d)|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+/gu) ?? [];
}

/**
 * Every token that a prompt of this world can contain, sorted.
 * @param plans - by the slug of the craft; one without plans has no framed prompts
 */
export function vocabulary(plans: Readonly<Record<string, StepPlans>>): string[] {
  const scenes = scenesWithEveryWord();
  const prompts = crafts.flatMap((craft) => {
    const plan = plans[craft.slug];
    return ([9, 4] as const).flatMap((frames) => [
      ...scenes.map((scene) => shortPrompt(craft, frames, subjectText(scene, craft))),
      ...(plan ? [framedPrompt(craft, frames, "", plan)] : []),
    ]);
  });
  return [...new Set(prompts.flatMap(tokensOf))].toSorted();
}

/** There are more subjects than words of any other kind. */
function scenesWithEveryWord(): Omit<Scene, "seed">[] {
  const at = <Word>(words: readonly Word[], i: number) => words[i % words.length] as Word;
  return subjects.map((subject, i) => ({
    subject,
    color: at(colorNames, i),
    size: at(sizes, i),
    background: at(backgrounds, i).name,
    other: { relation: at(relations, i), subject, color: at(colorNames, i) },
  }));
}

function withArticle(words: readonly string[]): string {
  const text = words.join(" ");
  return `${/^[aeiou]/.test(text) ? "an" : "a"} ${text}`;
}
