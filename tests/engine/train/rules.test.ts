// Every rule of differentiation, on small shapes, against finite differences.
import { describe, expect, test } from "vitest";
import { rules } from "#src/engine/train/rules/index.js";
import { cases } from "./gradient-cases.js";
import { worstGradient } from "./gradient-check.js";

/** What float32 and steps of 1/32 leave; the worst is 3e-5. */
const RELATIVE_RMS = 1e-4;

test("no rule is left out here", () => {
  expect(Object.keys(cases).toSorted()).toEqual(Object.keys(rules).toSorted());
});

describe.each(Object.entries(cases))("%s", (op, all) => {
  test.each(all)("$what", async (gradientCase) => {
    expect(await worstGradient(gradientCase, op)).toBeLessThan(RELATIVE_RMS);
  });
});
