import { describe, expect, test } from "vitest";
import { contains, type Point } from "#src/world/geometry.js";
import type { Paint, Shape, Subject } from "#src/world/subject.js";
import { subjectNamed, subjects } from "#src/world/subjects/index.js";

const EVERY = 4;
const SIDE = 100 / EVERY;

const samples: Point[] = Array.from({ length: SIDE ** 2 }, (_, i) => [
  ((i % SIDE) + 0.5) * EVERY,
  (Math.floor(i / SIDE) + 0.5) * EVERY,
]);

/** The paint seen at each sample, undefined beside the thing. */
const seen = ({ shapes }: Subject): (Paint | undefined)[] =>
  samples.map((point) => shapes.findLast(({ outline }) => contains(outline, point))?.paint);

const pictures = new Map(subjects.map((subject) => [subject.name, seen(subject)]));

describe("the things that can be made", () => {
  test("are at least sixty, of every kind, and each has a name of its own", () => {
    expect(subjects.length).toBeGreaterThanOrEqual(60);
    expect(new Set(subjects.map(({ name }) => name)).size).toBe(subjects.length);
    expect(new Set(subjects.map(({ kind }) => kind)).size).toBe(8);
  });

  test("are found by name", () => {
    expect(subjectNamed("hot air balloon")?.kind).toBe("vehicle");
    expect(subjectNamed("unicorn")).toBeUndefined();
  });

  test("differ in silhouette, every one from every other", () => {
    const masks = [...pictures].map(
      ([name, paints]) => [name, paints.map((paint) => paint !== undefined)] as const,
    );
    const alike = masks.flatMap(([name, mask], i) =>
      masks
        .slice(i + 1)
        .filter(([, other]) => overlap(mask, other) > 0.88)
        .map(([other]) => `${name} and ${other}`),
    );
    expect(alike).toEqual([]);
  });
});

describe.each(subjects)("$name", (subject) => {
  test("lies in its box, as wide or high as most of it", () => {
    const points = subject.shapes.flatMap(({ outline }) => outline).flat();
    expect(points.every((value) => value >= 0 && value <= 100)).toBe(true);
    const [across, down] = ([0, 1] as const).map((axis) => {
      const values = subject.shapes.flatMap(({ outline }) => outline.map((point) => point[axis]));
      return Math.max(...values) - Math.min(...values);
    }) as [number, number];
    expect(Math.max(across, down)).toBeGreaterThan(75);
  });

  test("has 5 to 16 shapes: bodies, then parts, then details", () => {
    expect(subject.shapes.length).toBeGreaterThanOrEqual(5);
    expect(subject.shapes.length).toBeLessThanOrEqual(16);
    const order = ["body", "part", "detail"];
    const ranks = subject.shapes.map(({ role }) => order.indexOf(role));
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
    expect(ranks).toContain(0);
    expect(ranks).toContain(2);
  });

  test("shows the colour asked for on most of it", () => {
    const paints = pictures.get(subject.name)!.filter((paint) => paint !== undefined);
    const share = (...names: Paint[]) =>
      paints.filter((paint) => names.includes(paint)).length / paints.length;
    expect(share("main", "dark", "light")).toBeGreaterThan(0.5);
    expect(share("main")).toBeGreaterThan(0.4);
    expect(share("main")).toBeGreaterThan(1.5 * Math.max(share("dark"), share("light")));
  });

  test("is mostly there when its bodies are", () => {
    const covered = (shapes: readonly Shape[]) =>
      samples.filter((point) => shapes.some(({ outline }) => contains(outline, point))).length;
    const bodies = subject.shapes.filter(({ role }) => role === "body");
    expect(covered(bodies) / covered(subject.shapes)).toBeGreaterThan(0.7);
  });
});

/** Intersection over union. */
function overlap(a: readonly boolean[], b: readonly boolean[]): number {
  const both = a.filter((inside, i) => inside && b[i]).length;
  return both / a.filter((inside, i) => inside || b[i]).length;
}
