import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { betweenCaption, type Domain, loadDomains, planCaptions } from "#src/procedures/domains.js";

const CATALOGUE = path.resolve("adapters");
const FRAME_COUNTS = [9, 4] as const;
const SLUGS =
  "lego cook painting icon landscape portrait transformer sand_art illustration sketch clay_toys clay_sculpture zbrush wood_sculpture ink_painting pencil_sketch fabric_toys oil_painting jade_carving line_draw emoji".split(
    " ",
  );

const domains = loadDomains(CATALOGUE);
const plans = domains.flatMap((domain) =>
  FRAME_COUNTS.map((frames) => ({ domain, frames, name: `${domain.slug}, ${frames} frames` })),
);
const lego = named("lego");

function named(slug: string): Domain {
  const found = domains.find((domain) => domain.slug === slug);
  if (found === undefined) throw new Error(`no domain ${slug}`);
  return found;
}

describe("the catalogue", () => {
  it("holds the 21 domains in the order of their index", () => {
    expect(domains.map(({ slug }) => slug)).toEqual(SLUGS);
    expect(domains.map(({ index }) => index)).toEqual(SLUGS.map((_, i) => i + 1));
  });

  it("has nine frames for the first ten domains and four for the others", () => {
    expect(domains.map(({ frames }) => frames)).toEqual(SLUGS.map((_, i) => (i < 10 ? 9 : 4)));
  });

  it.each(domains)("tells in one sentence what $slug shows, and names its process", (domain) => {
    expect(domain.summary).toMatch(/^[A-Z][^.!?]+\.$/);
    expect(domain.phrase).not.toMatch(/[{}.]/);
  });

  it.each(plans)("has a full plan of short, different sentences: $name", ({ domain, frames }) => {
    const templates = domain.plans[frames];
    expect(templates).toHaveLength(frames);
    expect(new Set(templates).size).toBe(frames);
    for (const template of templates) {
      expect(template).toMatch(/^[A-Z].*\.$/);
      expect(template.length).toBeLessThanOrEqual(110);
      expect(template).not.toMatch(/\b(a|an|the) \{subject\}/i);
    }
  });

  it.each(plans)("names the subject in most steps and in the last: $name", ({ domain, frames }) => {
    const naming = domain.plans[frames].filter((template) => template.includes("{subject}"));
    expect(naming.length).toBeGreaterThan(frames / 2);
    expect(domain.plans[frames].at(-1)).toContain("{subject}");
  });
});

describe("loading a catalogue", () => {
  const folders: string[] = [];
  afterEach(() => folders.splice(0).forEach((dir) => rmSync(dir, { recursive: true })));

  function catalogueOf(files: Record<string, unknown>): string {
    const dir = mkdtempSync(path.join(os.tmpdir(), "catalogue-"));
    folders.push(dir);
    for (const [slug, content] of Object.entries(files)) {
      mkdirSync(path.join(dir, slug));
      const text = typeof content === "string" ? content : JSON.stringify(content);
      writeFileSync(path.join(dir, slug, "adapter.json"), text);
    }
    return dir;
  }

  const icon = named("icon");
  it.each([
    ["a missing field", { ...lego, name: undefined }, "name"],
    ["a wrong frame count", { ...lego, frames: 5 }, "frames"],
    ["a plan that is too short", { ...lego, plans: { ...lego.plans, 4: ["Build."] } }, "plans: 4"],
    [
      "an unknown placeholder",
      { ...lego, plans: { ...lego.plans, 4: ["a", "b", "Paint {color}.", "d"] } },
      "plans: 4: 2",
    ],
    ["an unknown field", { ...lego, frame: 9 }, "frame"],
    ["a slug that is not the folder's", icon, "slug"],
    ["text that is no JSON", "{", "JSON"],
    ["a list", [], "object"],
  ])("refuses %s, naming the file and the field", (_, content, field) => {
    const dir = catalogueOf({ lego: content });
    const load = () => loadDomains(dir);
    expect(load).toThrow(path.join(dir, "lego", "adapter.json"));
    expect(load).toThrow(field);
    expect(load).toThrow(expect.objectContaining({ code: "bad_catalogue" }));
  });

  it("refuses two domains with one index", () => {
    const dir = catalogueOf({ lego, icon: { ...icon, index: 1 } });
    expect(() => loadDomains(dir)).toThrow(/adapter\.json: index: 1 already belongs to/);
  });

  it("refuses a folder without adapter.json, and a catalogue that is not there", () => {
    const dir = catalogueOf({ lego });
    mkdirSync(path.join(dir, "empty"));
    expect(() => loadDomains(dir)).toThrow(path.join("empty", "adapter.json"));
    expect(() => loadDomains(path.join(dir, "nowhere"))).toThrow("nowhere");
  });

  it("sorts by index, whatever the folders' order, and passes files by", () => {
    const dir = catalogueOf({ icon, lego });
    writeFileSync(path.join(dir, "README.md"), "a file");
    expect(loadDomains(dir)).toEqual([lego, icon]);
  });
});

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

function percentOf(caption: string): number {
  if (caption.startsWith("A third")) return 33;
  if (caption.startsWith("Two thirds")) return 67;
  return Number(/^About (\d+)%/.exec(caption)?.[1]);
}

describe("betweenCaption", () => {
  const A = "Lay the first course of bricks: the footprint of a red house.";
  const B = "Clip on the windows. Check them from the side.";

  it("tells the place between two neighbours, each by its first clause", () => {
    const ends = "from “Lay the first course of bricks” to “Clip on the windows”.";
    expect(betweenCaption(A, B, 1, 2)).toBe(`A third of the way ${ends}`);
    expect(betweenCaption(A, B, 2, 2)).toBe(`Two thirds of the way ${ends}`);
    expect(betweenCaption(A, B, 1, 1)).toBe(`Halfway ${ends}`);
    expect(betweenCaption(A, B, 3, 7)).toBe(`About 38% of the way ${ends}`);
  });

  it("shortens long neighbours, with an ellipsis", () => {
    const long =
      "Sharpen the silhouette of a very old and crooked lighthouse by wiping away stray sand";
    expect(betweenCaption(long, "x".repeat(100_000), 1, 1)).toBe(
      `Halfway from “Sharpen the silhouette of a very old and crooked…” to “${"x".repeat(59)}…”.`,
    );
  });

  it("tells the place between the outer two where a gap is refined again", () => {
    const third = betweenCaption(A, B, 1, 2);
    const twoThirds = betweenCaption(A, B, 2, 2);
    expect(betweenCaption(A, third, 1, 2)).toMatch(/^About 11% of the way from “Lay .* to “Clip /);
    expect(betweenCaption(third, twoThirds, 1, 1)).toMatch(/^Halfway from “Lay .* to “Clip /);
    expect(betweenCaption(twoThirds, B, 2, 2)).toMatch(
      /^About 89% of the way from “Lay .* to “Clip /,
    );
  });

  it("gives every step its own caption, in order, to the third refinement", () => {
    let captions = [A, B];
    for (let depth = 1; depth <= 3; depth++)
      captions = captions.flatMap((caption, i) => {
        const next = captions[i + 1];
        return next === undefined
          ? [caption]
          : [caption, betweenCaption(caption, next, 1, 2), betweenCaption(caption, next, 2, 2)];
      });
    const places = captions.slice(1, -1).map(percentOf);
    expect(places).toEqual(places.toSorted((x, y) => x - y));
    expect(new Set(places).size).toBe(26);
    expect(places).not.toContain(Number.NaN);
  });

  it.each([59, 60, 61])("knows its own captions again where a sentence ends at %i", (length) => {
    const before = `${"雕".repeat(length)}。再打磨一次`;
    const first = betweenCaption(before, B, 1, 1);
    expect(betweenCaption(before, first, 1, 1)).toBe(
      first.replace("Halfway", "A quarter of the way"),
    );
  });

  it("joins neighbours that lie in different gaps by their outer captions", () => {
    const left = betweenCaption("Wedge the clay.", "Centre the lump.", 2, 2);
    const right = betweenCaption("Glaze the pot.", "Fire the kiln.", 1, 2);
    expect(betweenCaption(left, right, 1, 1)).toBe(
      "Halfway from “Wedge the clay” to “Fire the kiln”.",
    );
  });

  it("never grows, whatever the captions say and however deep it goes", () => {
    const hostile = fc.oneof(
      fc.string({ unit: "binary", maxLength: 300 }),
      fc.constantFrom(
        "",
        A,
        "“”“”“”",
        `Halfway from “${"y".repeat(5000)}” to “z”.`,
        "About 00% of the way from “a” to “b”.",
        "$& {subject} $1",
      ),
    );
    fc.assert(
      fc.property(
        hostile,
        hostile,
        fc.array(fc.boolean(), { maxLength: 30 }),
        (first, last, turns) => {
          let [before, after] = [first, last];
          for (const turn of turns) {
            const caption = betweenCaption(before, after, turn ? 1 : 2, 2);
            expect(caption.length).toBeLessThanOrEqual(160);
            expect(caption.match(/[“”]/g)).toHaveLength(4);
            if (turn) before = caption;
            else after = caption;
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
