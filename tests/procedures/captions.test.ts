import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packageRoot } from "#src/config.js";
import { planCaptions, tellPlaces } from "#src/procedures/captions.js";
import { type Domain, loadDomains } from "#src/procedures/domains.js";

const domains = loadDomains(path.join(packageRoot(), "adapters"));
const plans = domains.flatMap((domain) =>
  ([9, 4] as const).map((frames) => ({ domain, frames, name: `${domain.slug}, ${frames} frames` })),
);
const lego = domains.find(({ slug }) => slug === "lego")!;

describe("planCaptions", () => {
  const spoken: Domain = {
    ...lego,
    plans: {
      ...lego.plans,
      4: ["{subject} waits.", "Look. {subject} grows.", "Lift {subject}.", "Rest."],
    },
  };

  it("puts the subject in, with a capital where a sentence begins", () => {
    expect(planCaptions(spoken, 4, "  a red\n house. ")).toEqual([
      "A red house waits.",
      "Look. A red house grows.",
      "Lift a red house.",
      "Rest.",
    ]);
  });

  it.each(["", "  ", "\u0000\n", "..."])("reads “the piece” where the subject is %j", (subject) => {
    expect(planCaptions(spoken, 4, subject)[0]).toBe("The piece waits.");
  });

  it.each(["$&", "$1 and $`", "{subject}", "{0}", "\\{subject\\}", "狐狸", "🦊 fox"])(
    "takes %j as it is",
    (subject) => {
      expect(planCaptions(spoken, 4, subject)[2]).toBe(`Lift ${subject}.`);
    },
  );

  it.each(plans)("leaves no brace and no duplicate: $name", ({ domain, frames }) => {
    for (const subject of ["a red house", "portrait of an old sailor", "castle", ""]) {
      const captions = planCaptions(domain, frames, subject);
      expect(captions).toHaveLength(frames);
      expect(new Set(captions).size).toBe(frames);
      expect(captions.join()).not.toMatch(/[{}]/);
    }
  });

  it("shortens a long subject at a comma or a word, and never within a character", () => {
    const words = planCaptions(spoken, 4, "a house with many windows ".repeat(4000))[2] ?? "";
    expect(words).toMatch(/^Lift a house .*(a|house|with|many|windows)….$/);
    expect(words.length).toBeLessThan(140);
    expect(
      planCaptions(spoken, 4, `a ship with three masts and sails of canvas, ${"x".repeat(200)}`)[2],
    ).toBe("Lift a ship with three masts and sails of canvas….");
    for (const padding of ["", "x"])
      expect(planCaptions(spoken, 4, padding + "🦊".repeat(50_000))[2]).toMatch(
        /^Lift x?(🦊)+….$/u,
      );
  });

  it("keeps every caption one line of bounded length for any subject", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), (subject) => {
        for (const caption of planCaptions(lego, 9, subject)) {
          expect(caption).toMatch(/^\P{Cc}+$/u);
          expect(caption.length).toBeLessThan(260);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe("tellPlaces", () => {
  const A = "Lay the first course of bricks: the footprint of a red house.";
  const B = "Clip on the windows. Check them from the side.";
  const ends = "from “Lay the first course of bricks” to “Clip on the windows”.";

  type Told = { caption: string; captionBy: "plan" | "caller" | "place" };
  const fixed = (caption: string): Told => ({ caption, captionBy: "plan" });
  const open = (caption = ""): Told => ({ caption, captionBy: "place" });
  const tell = (...steps: Told[]) => tellPlaces(steps).map(({ caption }) => caption);
  /** The captions of so many steps between two. */
  const between = (first: string, last: string, count: number) =>
    tell(fixed(first), ...Array.from({ length: count }, () => open()), fixed(last)).slice(1, -1);

  it("tells the place between two others, each by its first clause", () => {
    expect(between(A, B, 1)).toEqual([`Halfway ${ends}`]);
    expect(between(A, B, 2)).toEqual([
      `A third of the way ${ends}`,
      `Two thirds of the way ${ends}`,
    ]);
    expect(between(A, B, 7)[2]).toBe(`About 38% of the way ${ends}`);
    expect(between(A, B, 3)[2]).toBe(`Three quarters of the way ${ends}`);
  });

  it("tells old places anew, and leaves every other caption alone", () => {
    const [first, second] = between(A, B, 2).map(open);
    const refined = tell(fixed(A), first!, open(), open(), second!, fixed(B));
    expect(refined).toEqual([A, ...between(A, B, 4), B]);
    const caller: Told = { caption: "The caller’s own.", captionBy: "caller" };
    expect(tell(fixed(A), open(), caller, open(), fixed(B))).toEqual([
      A,
      "Halfway from “Lay the first course of bricks” to “The caller’s own”.",
      caller.caption,
      "Halfway from “The caller’s own” to “Clip on the windows”.",
      B,
    ]);
  });

  it("leaves a step alone that has nothing told before or after it", () => {
    expect(tell(open("first"), fixed(A), open("last"))).toEqual(["first", A, "last"]);
  });

  it("gives every step its own caption, in order, up to the most steps there can be", () => {
    for (let count = 1; count <= 62; count++) {
      const places = between(A, B, count);
      expect(new Set(places).size).toBe(count);
      const percents = places
        .flatMap((caption) => /^About (\d+)%/.exec(caption)?.[1] ?? [])
        .map(Number);
      expect(percents).toEqual(percents.toSorted((x, y) => x - y));
      expect(percents.every((percent) => percent > 0 && percent < 100)).toBe(true);
    }
  });

  it("shortens long captions, with an ellipsis", () => {
    const long =
      "Sharpen the silhouette of a very old and crooked lighthouse by wiping away stray sand";
    expect(between(long, "x".repeat(100_000), 1)).toEqual([
      `Halfway from “Sharpen the silhouette of a very old and crooked…” to “${"x".repeat(59)}…”.`,
    ]);
  });

  it("stays short and well quoted, whatever the captions say", () => {
    const hostile = fc.oneof(
      fc.string({ unit: "binary", maxLength: 300 }),
      fc.constantFrom(
        "",
        A,
        "“”“”“”",
        `Halfway from “${"y".repeat(5000)}” to “z”.`,
        "$& {subject} $1",
      ),
    );
    fc.assert(
      fc.property(hostile, hostile, (first, last) => {
        for (const caption of between(first, last, 2)) {
          expect(caption.length).toBeLessThanOrEqual(160);
          expect(caption.match(/[“”]/g)).toHaveLength(4);
          expect(caption).toMatch(/^\P{Cc}+$/u);
        }
      }),
      { numRuns: 200 },
    );
  });
});
