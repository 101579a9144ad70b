import path from "node:path";
import { packageRoot } from "#src/config.js";
import { loadDomains } from "#src/procedures/domains.js";
import { canDraw, exampleSubjects, subjectWarnings } from "#src/procedures/knowledge.js";
import { loadModel, parseModel } from "#src/procedures/model.js";
import { describe, expect, test } from "vitest";
import { embeddedDir, smallModel } from "./workshop.js";

const model = parseModel(smallModel);
const domainOf = (slug: string) => model.domains.find(({ domain }) => domain === slug)!;
const warn = (subject: string, slug = "sketch") =>
  subjectWarnings(model, domainOf(slug), subject).join(" ");

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

test("two colours are one too many", () => {
  expect(warn("a red and blue rocket")).toMatch(/one colour at a time: of “red”, “blue”/);
  expect(warn("a red castle and a red tree")).not.toContain("colour at a time");
});

test.each(["sand_art", "ink_painting"])("%s has colours of its own", (slug) => {
  expect(warn("a rocket", slug)).toBe("");
  expect(warn("a red rocket", slug)).toContain(`draws ${slug} in colours of its own`);
  expect(warn("a red and blue rocket", slug)).toContain("do not show “red”, “blue”");
});

describe("a model that draws two things, and knows sizes and places", () => {
  const wide = parseModel({
    ...model,
    subjects: ["balloon", "hot air balloon", "house", "tree", "pine tree"],
    words: ["small", "beside", "meadow"],
    thingsAtOnce: 2,
  });
  const told = (subject: string) => subjectWarnings(wide, domainOf("sketch"), subject).join(" ");

  test.each([
    "a small red house beside a green tree on a meadow",
    "hot air balloons beside a pine tree",
  ])("takes %s", (subject) => {
    expect(told(subject)).toBe("");
  });

  test.each([
    ["a house, a tree and a balloon", "draws 2 things at a time: of “house”, “tree”, “balloon”"],
    ["a hot house", "does not know “hot”"],
    ["a red, green and blue house", "draws in 2 colours at a time"],
  ])("warns of %s", (subject, warning) => {
    expect(told(subject)).toContain(warning);
  });
});

test("a long subject does not make a long warning", () => {
  expect(warn("x".repeat(10_000)).length).toBeLessThan(700);
});

test("a model without lists never warns", () => {
  const { subjects: _, ...rest } = model;
  const open = parseModel(rest);
  expect(subjectWarnings(open, domainOf("sketch"), "a dragon")).toEqual([]);
  expect(canDraw(open)).not.toContain("FLUX");
});

test.each([model, await loadModel(embeddedDir)])(
  "the examples of “$name” are subjects without a warning, in colour where the domain has it",
  (drawn) => {
    const inModel = new Map(drawn.domains.map((each) => [each.domain, each]));
    for (const domain of loadDomains(path.join(packageRoot(), "adapters"))) {
      const its = inModel.get(domain.slug);
      if (its === undefined) continue;
      const examples = exampleSubjects(drawn, domain);
      expect(examples).toHaveLength(3);
      for (const example of examples) {
        expect(subjectWarnings(drawn, its, example)).toEqual([]);
        expect(drawn.colors.some((color) => example.includes(color))).toBe(its.colors);
      }
    }
  },
);
