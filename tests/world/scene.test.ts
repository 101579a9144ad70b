import path from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packageRoot } from "#src/config.js";
import { loadDomains } from "#src/procedures/domains.js";
import { backgroundBehind, isSeenOn, surroundingsNamed } from "#src/world/backgrounds.js";
import { boundsOf } from "#src/world/geometry.js";
import {
  arrange,
  backgrounds,
  colorNames,
  craftNamed,
  crafts,
  drawScene,
  framedPrompt,
  heldOutTriples,
  isHeldOut,
  picturePrompt,
  randomFrom,
  relations,
  shortPrompt,
  sizes,
  subjectNamed,
  subjects,
  subjectText,
  tokensOf,
  vocabulary,
  type Relation,
  type Scene,
  type Triple,
} from "#src/world/index.js";

const house: Scene = {
  subject: subjectNamed("house")!,
  color: "red",
  size: "medium",
  background: "white",
  seed: "1",
};

const scenes = fc.record<Scene>({
  subject: fc.constantFrom(...subjects),
  color: fc.constantFrom(...colorNames),
  size: fc.constantFrom(...sizes),
  background: fc.constantFrom(...backgrounds.map(({ name }) => name)),
  other: fc.record({
    relation: fc.constantFrom(...relations),
    subject: fc.constantFrom(...subjects),
    color: fc.constantFrom(...colorNames),
  }),
  seed: fc.string(),
});

const boxOf = (scene: Scene, ofFirst?: boolean) =>
  boundsOf(
    arrange(scene)
      .shapes.filter(({ first }) => first === (ofFirst ?? first))
      .map(({ outline }) => outline),
  );

describe("arrange", () => {
  it("keeps one thing or two within the borders, at every size", () => {
    fc.assert(
      fc.property(scenes, fc.boolean(), ({ other, ...alone }, isAlone) => {
        const box = boxOf(isAlone || !other ? alone : { ...alone, other });
        expect(box.left).toBeGreaterThan(7.99);
        expect(box.top).toBeGreaterThan(7.99);
        expect(box.right).toBeLessThan(92.01);
        expect(box.bottom).toBeLessThan(92.01);
      }),
    );
  });

  it("draws a big thing larger than a medium one, and that larger than a small one", () => {
    for (const subject of subjects) {
      const widths = sizes.map((size) => {
        const { left, right } = boxOf({ ...house, subject, size });
        return right - left;
      });
      expect(widths).toEqual(widths.toSorted((a, b) => a - b));
      expect(new Set(widths).size).toBe(3);
    }
  });

  it("lets the seed move a thing, a little, and nothing else", () => {
    const [here, there] = [boxOf(house), boxOf({ ...house, seed: "2" })];
    expect(boxOf(house)).toEqual(here);
    expect(there).not.toEqual(here);
    expect(Math.abs(there.left - here.left)).toBeLessThanOrEqual(6);
    expect(there.right - there.left).toBeCloseTo(here.right - here.left);
  });

  const related = (relation: Relation, seed: string) => {
    const scene: Scene = {
      ...house,
      other: { relation, subject: subjectNamed("tree")!, color: "green" },
      seed,
    };
    return { scene, first: boxOf(scene, true), other: boxOf(scene, false) };
  };
  const seeds = Array.from({ length: 20 }, (_, i) => `${i}`);

  it("puts a thing beside another on either side, both on the ground, apart", () => {
    const sides = seeds.map((seed) => {
      const { first, other } = related("beside", seed);
      expect(other.bottom).toBeCloseTo(first.bottom);
      expect(Math.max(other.left - first.right, first.left - other.right)).toBeGreaterThan(1);
      return other.left > first.right ? "right" : "left";
    });
    expect(new Set(sides).size).toBe(2);
  });

  it("puts a thing under another, below all of it", () => {
    const { first, other } = related("under", "1");
    expect(first.top).toBeGreaterThan(other.bottom);
    expect(first.left < other.right && other.left < first.right).toBe(true);
  });

  it("puts a thing on top of another, touching it", () => {
    const { first, other } = related("on top of", "1");
    expect(first.top).toBeLessThan(other.top);
    expect(first.bottom).toBeGreaterThan(other.top);
    expect(first.bottom).toBeLessThan((other.top + other.bottom) / 2);
  });

  it("puts a thing in front of another, drawn later, nearer, leaving some of it to see", () => {
    const { scene, first, other } = related("in front of", "1");
    const isFirst = arrange(scene).shapes.map((shape) => shape.first);
    expect(isFirst.lastIndexOf(false)).toBeLessThan(isFirst.indexOf(true));
    expect(first.bottom).toBeGreaterThan(other.bottom);
    expect(other.top < first.top || other.left < first.left || other.right > first.right).toBe(
      true,
    );
  });

  it("gives each thing the paints of its own colour", () => {
    const { shapes } = arrange(related("beside", "1").scene);
    expect(shapes.some(({ first, fill }) => first && fill === "#d8342b")).toBe(true);
    expect(shapes.some(({ first, fill }) => !first && fill === "#d8342b")).toBe(false);
    expect(shapes.some(({ first, fill }) => !first && fill === "#3f9e46")).toBe(true);
  });
});

describe("backgrounds", () => {
  it("show every colour on at least four of the eight", () => {
    for (const color of colorNames) {
      const fitting = backgrounds.filter(({ name }) =>
        isSeenOn(backgroundBehind(name, [color]), color),
      );
      expect(fitting.length, color).toBeGreaterThanOrEqual(4);
    }
  });

  it("hide no white thing on white, nor anything drawn by chance", () => {
    expect(arrange({ ...house, color: "white" }).background.sky).not.toBe("#ffffff");
    const random = randomFrom("backgrounds");
    const craft = { ...craftNamed("lego")!, backgrounds: true };
    for (let i = 0; i < 200; i++) {
      const { background, color } = drawScene(random, { craft });
      expect(isSeenOn(backgroundBehind(background, [color]), color)).toBe(true);
    }
  });

  it("are named in the error for one that is not there", () => {
    expect(() => surroundingsNamed("moon")).toThrow(/no background “moon”.*white, meadow/);
  });
});

describe("prompts", () => {
  const lego = { ...craftNamed("lego")!, backgrounds: true };
  const plans = Object.fromEntries(
    loadDomains(path.join(packageRoot(), "adapters")).map((domain) => [domain.slug, domain.plans]),
  );

  it("say size only when it is not medium, and background only when it is not plain", () => {
    expect(subjectText(house, lego)).toBe("a red house");
    expect(
      subjectText(
        {
          ...house,
          size: "small",
          background: "meadow",
          other: { relation: "beside", subject: subjectNamed("tree")!, color: "orange" },
        },
        lego,
      ),
    ).toBe("a small red house beside an orange tree on a meadow");
  });

  it("say nothing that the craft does not show", () => {
    const bare = { ...lego, colors: false, backgrounds: false };
    expect(subjectText({ ...house, background: "snow" }, bare)).toBe("a house");
  });

  it("have a short form, a framed one, and one of the finished piece", () => {
    const craft = { ...lego, phrase: "lego model construction process" };
    const steps = {
      9: [],
      4: ["Sort {subject}.", "Lay it.", "Build on.", "Press {subject} down."],
    };
    expect(shortPrompt(craft, 9, "a red house")).toBe(
      "3*3 of 9 sub-images, step-by-step lego model construction process, a red house",
    );
    expect(framedPrompt(craft, 4, "a $& house", steps)).toBe(
      "2*2 of 4 sub-images, step-by-step lego model construction process, a $& house, <image-1> Sort a $& house. <image-2> Lay it. <image-3> Build on. <image-4> Press a $& house down.",
    );
    expect(picturePrompt(craft, "a red house")).toBe("a red house, lego model construction");
  });

  it("use only words of the vocabulary", () => {
    const words = new Set(vocabulary(plans));
    const random = randomFrom("prompts");
    for (const craft of crafts)
      for (let i = 0; i < 20; i++) {
        const subject = subjectText(drawScene(random, { craft }), craft);
        const plan = plans[craft.slug];
        const prompts = [
          shortPrompt(craft, 9, subject),
          picturePrompt(craft, subject),
          ...(plan
            ? [framedPrompt(craft, 9, subject, plan), framedPrompt(craft, 4, subject, plan)]
            : []),
        ];
        expect(prompts.flatMap(tokensOf).filter((token) => !words.has(token))).toEqual([]);
      }
  });

  it("split as CLIP splits them", () => {
    expect(tokensOf("3*3 of 12 Sub-images, <image-1> the kiln's…")).toEqual(
      [
        "3",
        "*",
        "3",
        "of",
        "1",
        "2",
        "sub",
        "-",
        "images",
        ",",
        "<",
        "image",
        "-",
        "1",
        ">",
      ].concat(["the", "kiln", "'s", "…"]),
    );
  });
});

describe("held-out triples", () => {
  const held = heldOutTriples();
  const colorCrafts = crafts.filter((craft) => craft.colors);
  const all = subjects.length * colorNames.length * colorCrafts.length;

  it("are at least 500, and four to five of a hundred", () => {
    expect(held.length).toBeGreaterThanOrEqual(500);
    expect(held.length / all).toBeGreaterThan(0.04);
    expect(held.length / all).toBeLessThan(0.05);
  });

  it("take no more than 12 of a hundred from any subject, colour or craft", () => {
    const worst = (keyOf: (triple: Triple) => string, count: number) => {
      const tally: Record<string, number> = {};
      for (const triple of held) tally[keyOf(triple)] = (tally[keyOf(triple)] ?? 0) + 1;
      return (Math.max(...Object.values(tally)) * count) / all;
    };
    expect(worst(({ subject }) => subject.name, subjects.length)).toBeLessThan(0.12);
    expect(worst(({ color }) => color, colorNames.length)).toBeLessThan(0.12);
    expect(worst(({ craft }) => craft.slug, colorCrafts.length)).toBeLessThan(0.12);
  });

  it("leave every pair in some other triple", () => {
    for (const { subject, color, craft } of held) {
      expect(colorCrafts.some((other) => !isHeldOut({ subject, color, craft: other }))).toBe(true);
      expect(subjects.some((other) => !isHeldOut({ subject: other, color, craft }))).toBe(true);
      expect(colorNames.some((other) => !isHeldOut({ subject, color: other, craft }))).toBe(true);
    }
  });
});
