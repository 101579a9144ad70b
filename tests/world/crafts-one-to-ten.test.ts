// The first ten crafts: what every stage of a process has to be, on things of every kind.
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import {
  arrange,
  colorNames,
  crafts,
  randomFrom,
  relations,
  subjectNamed,
  type Craft,
  type Drawing,
  type Scene,
  type Stage,
} from "#src/world/index.js";

const stages: readonly Stage[] = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const ten = crafts.slice(0, 10);

const names = ["cat", "train", "house", "pizza", "tulip", "saw", "wizard", "girl", "umbrella", "boat", "owl", "gift"]; // prettier-ignore

/** Every kind of thing, size and background, all colours, and two with another thing. */
const scenes: readonly Scene[] = names.map((name, i) => ({
  subject: named(name),
  color: colorNames[i] ?? "red",
  size: (["small", "medium", "big"] as const)[i % 3] ?? "medium",
  background: ["white", "meadow", "night", "snow"][i % 4] ?? "white",
  seed: `${name} ${i}`,
  ...(i % 5 === 4
    ? {
        other: {
          relation: relations[i % relations.length] ?? "beside",
          subject: named("apple"),
          color: "teal",
        },
      }
    : {}),
}));

function named(name: string) {
  const subject = subjectNamed(name);
  if (!subject) throw new Error(`there is no ${name}`);
  return subject;
}

const markup = (craft: Craft, drawing: Drawing, stage: Stage) =>
  craft.draw(drawing, stage, randomFrom("grain"));

const image = (inner: string) =>
  sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" width="64" height="64">${inner}</svg>`,
    ),
  );

const pixels = (inner: string) => image(inner).removeAlpha().raw().toBuffer();

/** Mean over all channels, 0 … 255. */
const distance = (a: Buffer, b: Buffer) =>
  a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? 0)), 0) / a.length;

const processOf = (craft: Craft, scene: Scene) => {
  const drawing = arrange(scene);
  return Promise.all(stages.map((stage) => pixels(markup(craft, drawing, stage))));
};

test("they are the first ten of the catalogue", () => {
  expect(ten.map(({ slug }) => slug)).toEqual(["lego", "cook", "painting", "icon", "landscape", "portrait", "transformer", "sand_art", "illustration", "sketch"]); // prettier-ignore
});

describe.each(ten.map((craft) => [craft.slug, craft] as const))("%s", (slug, craft) => {
  test("draws the same from the same seed", () => {
    for (const scene of scenes.slice(0, 3))
      for (const stage of stages)
        expect(markup(craft, arrange(scene), stage)).toBe(markup(craft, arrange(scene), stage));
  });

  test("a process of four ends with the finished thing, and only goes forward", () => {
    expect(craft.four).toEqual([...new Set(craft.four)].toSorted((a, b) => a - b));
    expect(craft.four[3]).toBe(9);
  });

  test("every stage shows that something was done", async () => {
    for (const scene of scenes) {
      const frames = await processOf(craft, scene);
      frames.slice(1).forEach((frame, i) => {
        const change = distance(frame, frames[i] as Buffer);
        expect(change, `${scene.subject.name}: stage ${i + 2} after ${i + 1}`).toBeGreaterThan(0.2);
      });
    }
  });

  test("the finished thing shows its colour where a prompt names one, and only there", async () => {
    const [scene] = scenes as [Scene];
    const [red, blue] = await Promise.all(
      (["red", "blue"] as const).map((color) =>
        pixels(markup(craft, arrange({ ...scene, color }), 9)),
      ),
    );
    const change = distance(red as Buffer, blue as Buffer);
    if (craft.colors) expect(change).toBeGreaterThan(5);
    else expect(change).toBe(0);
  });

  test("the finished thing shows its background where a prompt names one, and only there", async () => {
    const [scene] = scenes as [Scene];
    const [meadow, night] = await Promise.all(
      ["meadow", "night"].map((background) =>
        pixels(markup(craft, arrange({ ...scene, background }), 9)),
      ),
    );
    const change = distance(meadow as Buffer, night as Buffer);
    if (craft.backgrounds) expect(change).toBeGreaterThan(5);
    else expect(change).toBe(0);
  });

  test("covers the whole frame: nothing of the page shows through", async () => {
    for (const scene of scenes.slice(0, 4))
      for (const stage of stages) {
        const { channels } = await image(markup(craft, arrange(scene), stage)).stats();
        expect(channels[3]?.min, `${scene.subject.name}: stage ${stage}`).toBe(255);
      }
  });

  test("its ids begin with its slug, so that crafts can share a document", () => {
    for (const stage of stages) {
      const text = markup(craft, arrange(scenes[6] as Scene), stage);
      const ids = [...text.matchAll(/\bid="([^"]*)"/g)].map(([, id]) => id ?? "");
      expect(ids.filter((id) => !id.startsWith(`${slug}-`))).toEqual([]);
      expect(new Set(ids).size).toBe(ids.length);
      for (const [, used] of text.matchAll(/(?:url\(|href=")#([^")]*)/g))
        expect(ids).toContain(used);
    }
  });

  test("stays small, and says no number that is none", () => {
    const sizes = scenes.flatMap((scene) => {
      const drawing = arrange(scene);
      return stages.map((stage) => {
        const text = markup(craft, drawing, stage);
        expect(text).not.toMatch(/NaN|undefined|Infinity/);
        return text.length;
      });
    });
    expect(sizes.reduce((sum, size) => sum + size) / sizes.length).toBeLessThan(8_000);
    expect(Math.max(...sizes)).toBeLessThan(20_000);
  });
});
