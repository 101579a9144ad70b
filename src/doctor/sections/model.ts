// The model that is painted with, and what is wrong with its files.
import type { Line, Section } from "../diagnosis.js";
import type { World } from "../world.js";
import { sayBytes } from "../../models/index.js";

export function modelSection({ model }: Pick<World, "model">): Section {
  const { name, isOurs, isSmall, folder, sizeBytes, faults, warnings } = model;
  const of = isOurs ? "the small model that comes with the package" : "a model folder";
  const where = isSmall ? "; it runs on the processor" : "";
  const head: Line = {
    state: faults.length > 0 ? "wrong" : "ok",
    what: name,
    words: `${of}, ${sayBytes(sizeBytes)}${where}`,
    path: folder,
  };
  return {
    title: "The model in use",
    lines: [
      head,
      ...faults.map((words): Line => ({ state: "wrong", what: "", words })),
      ...warnings.map((words): Line => ({ state: "note", what: "", words })),
    ],
  };
}
