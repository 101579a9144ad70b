import { parseModel } from "#src/procedures/model.js";
import { buildPrompt } from "#src/procedures/prompt.js";
import { expect, test } from "vitest";

const short = { nine: "9 images, {phrase}, {subject}", four: "4 images, {phrase}, {subject}" };
const least = { name: "m", pagePx: 192, domains: [], sampling: { steps: 1 } };
const plain = parseModel({ ...least, prompts: short });
const framed = parseModel({
  ...least,
  prompts: { ...short, fourSteps: "{phrase}, {subject}, {steps}" },
});
const parts = { frames: 4, phrase: "sketch process", subject: "a boat" } as const;
const steps = ["a line", "a hull", "a mast", "a sail"];

test("the template is filled for each grid", () => {
  expect(buildPrompt(plain, parts)).toBe("4 images, sketch process, a boat");
  expect(buildPrompt(plain, { ...parts, frames: 9 })).toBe("9 images, sketch process, a boat");
});

test("step texts go into the prompt only where the model has the framed form", () => {
  expect(buildPrompt(plain, { ...parts, steps })).toBe("4 images, sketch process, a boat");
  expect(buildPrompt(framed, { ...parts, steps })).toBe(
    "sketch process, a boat, <image-1> a line <image-2> a hull <image-3> a mast <image-4> a sail",
  );
  expect(buildPrompt(framed, parts)).toBe("4 images, sketch process, a boat");
});

test("a subject that looks like a template stays what it is", () => {
  const subject = "{phrase} $& {steps}";
  expect(buildPrompt(plain, { ...parts, subject })).toBe(`4 images, sketch process, ${subject}`);
});

test("no subject leaves no comma behind", () => {
  expect(buildPrompt(plain, { ...parts, subject: "" })).toBe("4 images, sketch process");
});

test("a model without a form for a grid says so", () => {
  const nineOnly = parseModel({ ...least, prompts: { nine: "{subject}" } });
  expect(() => buildPrompt(nineOnly, parts)).toThrow(/no form for 4/);
});
