import { canDraw, exampleSubjects, subjectWarnings } from "#src/procedures/knowledge.js";
import { loadModel, parseModel } from "#src/procedures/model.js";
import { describe, expect, test } from "vitest";
import { embeddedDir } from "./workshop.js";

const model = await loadModel(embeddedDir);
const warn = (subject: string) => subjectWarnings(model, subject).join(" ");

describe("subjects that the model knows", () => {
  test.each(["a red rocket", "rockets", "The Blue Boat", "house", "my castle's"])(
    "%s",
    (subject) => {
      expect(warn(subject.replace("'s", ""))).toBe("");
    },
  );
});

describe("subjects that it does not know", () => {
  test.each(["a dragon", "一艘红色的船", "a sailboat", "a red scar", "carpet", "???"])(
    "%s",
    (subject) => {
      expect(warn(subject)).toMatch(/knows nothing that .* names/);
      expect(warn(subject)).toContain("house, tree, boat");
      expect(warn(subject)).toContain("FLUX.1-dev");
    },
  );
});

test("a colour or a thing beside the known one is named", () => {
  expect(warn("a turquoise rocket")).toContain("does not know “turquoise”");
  expect(warn("a dragon before a castle")).toMatch(/“dragon”.*“castle” at best/);
});

test("two known things are one too many", () => {
  expect(warn("a castle and a tree")).toContain("one thing at a time");
});

test("a long subject does not make a long warning", () => {
  expect(warn("x".repeat(10_000)).length).toBeLessThan(700);
});

test("a model without lists never warns", () => {
  const { subjects: _, ...rest } = model;
  const open = parseModel(rest);
  expect(subjectWarnings(open, "a dragon")).toEqual([]);
  expect(canDraw(open)).not.toContain("FLUX");
});

test("the examples are subjects without a warning", () => {
  for (let offset = 0; offset < 21; offset++)
    for (const example of exampleSubjects(model, offset)) expect(warn(example)).toBe("");
});
