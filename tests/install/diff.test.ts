import { describeChange } from "#src/install/index.js";
import { expect, test } from "vitest";

test("lines that come and go are marked, with a line around them", () => {
  const before = ["{", "  1,", "  2,", "  3,", "  4", "}"].join("\n");
  const after = ["{", "  1,", "  2,", "  new", "  4", "}"].join("\n");
  expect(describeChange(before, after)).toBe(["    2,", "-   3,", "+   new", "    4"].join("\n"));
});

test("lines that repeat what is around them are shown once", () => {
  expect(describeChange("a\nb\nz", "a\nb\na\nb\nz")).toBe("  b\n+ a\n+ b\n  z");
});

test("of a file in one line, only what is near the change is shown", () => {
  const [head, tail] = [`"${"secret".repeat(100)}"`, "x".repeat(1000)];
  const shown = describeChange(`${head},${tail}`, `${head},"makeanything",${tail}`);
  expect(shown).toContain('"makeanything"');
  expect(shown.length).toBeLessThan(400);
  expect(shown.split("\n").map((line) => line.slice(0, 3))).toEqual(["- …", "+ …"]);
});
