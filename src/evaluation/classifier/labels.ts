// What the classifier tells of a frame, and the names that its answers stand for.
import { colorNames, crafts, subjects } from "../../world/index.js";

export const labels = {
  subject: subjects.map(({ name }) => name),
  color: [...colorNames],
  craft: crafts.map(({ slug }) => slug),
  stage: ["1", "2", "3", "4", "5", "6", "7", "8", "9"],
} as const satisfies Record<string, readonly string[]>;

export type Head = keyof typeof labels;
export const heads = Object.keys(labels) as Head[];
