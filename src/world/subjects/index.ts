// Everything that can be made.
import type { Subject } from "../subject.js";
import { animals } from "./animals.js";
import { buildings } from "./buildings.js";
import { faces } from "./faces.js";
import { food } from "./food.js";
import { plants } from "./plants.js";
import { things } from "./things.js";
import { tools } from "./tools.js";
import { vehicles } from "./vehicles.js";

export const subjects: readonly Subject[] = [
  ...animals,
  ...vehicles,
  ...buildings,
  ...food,
  ...plants,
  ...tools,
  ...faces,
  ...things,
];

const byName = new Map(subjects.map((subject) => [subject.name, subject]));

export const subjectNamed = (name: string): Subject | undefined => byName.get(name);
