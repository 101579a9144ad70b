import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { chooseAsked, trueFrames } from "#src/evaluation/asked.js";
import { loadModel, parseModel } from "#src/procedures/model.js";
import { isHeldOut } from "#src/world/index.js";

const embedded = fileURLToPath(new URL("../../models/embedded", import.meta.url));
const world = parseModel({
  name: "world",
  pagePx: 192,
  domains: [
    { domain: "lego", b: 1, phrase: "lego" },
    { domain: "icon", b: 2, phrase: "icon" },
    { domain: "line_draw", b: 3, phrase: "lines" },
    { domain: "origami", b: 4, phrase: "a craft of somebody's own" },
  ],
  prompts: { nine: "{phrase}, {subject}" },
  sampling: { steps: 2 },
});

test("what is asked was held out, is known to the model, and is not asked twice", async () => {
  for (const model of [world, await loadModel(embedded)]) {
    const asked = chooseAsked(model, { count: 50, seed: 1 });
    expect(asked.length).toBeGreaterThan(5);
    for (const each of asked) {
      expect(isHeldOut(each)).toBe(true);
      expect(each.domain.domain).toBe(each.craft.slug);
      if (model.subjects) expect(model.subjects).toContain(each.subject.name);
      expect(each.words).toMatch(new RegExp(`^an? ${each.color} ${each.subject.name}$`));
    }
    expect(new Set(asked.map(({ words, craft }) => `${words} ${craft.slug}`)).size).toBe(
      asked.length,
    );
  }
});

test("a longer evaluation begins with the shorter one's triples; another seed has others", () => {
  const few = chooseAsked(world, { count: 5, seed: 1 });
  expect(chooseAsked(world, { count: 40, seed: 1 }).slice(0, 5)).toEqual(few);
  expect(chooseAsked(world, { count: 5, seed: 2 })).not.toEqual(few);
});

test("the true sequence is the same each time, in frames of the classifier's size", async () => {
  const [first] = chooseAsked(world, { count: 1, seed: 1 });
  const frames = await trueFrames(first!, 9);
  expect(frames.map(({ width, height }) => `${width} x ${height}`)).toEqual(
    Array(9).fill("64 x 64"),
  );
  expect(await trueFrames(first!, 9)).toEqual(frames);
});

test("a model that shares nothing with the world is refused", () => {
  const other = { ...world, subjects: ["a gryphon"] };
  expect(() => chooseAsked(other, { count: 5, seed: 1 })).toThrow("“world” names no subject");
});
