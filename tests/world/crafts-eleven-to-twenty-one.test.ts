import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { arrange } from "#src/world/arrange.js";
import type { Craft, Stage } from "#src/world/craft.js";
import { claySculpture } from "#src/world/crafts/clay-sculpture.js";
import { clayToys } from "#src/world/crafts/clay-toys.js";
import { emoji } from "#src/world/crafts/emoji.js";
import { fabricToys } from "#src/world/crafts/fabric-toys.js";
import { inkPainting } from "#src/world/crafts/ink-painting.js";
import { jadeCarving } from "#src/world/crafts/jade-carving.js";
import { lineDraw } from "#src/world/crafts/line-draw.js";
import { oilPainting } from "#src/world/crafts/oil-painting.js";
import { pencilSketch } from "#src/world/crafts/pencil-sketch.js";
import { woodSculpture } from "#src/world/crafts/wood-sculpture.js";
import { zbrush } from "#src/world/crafts/zbrush.js";
import { colorNames, colors, type ColorName } from "#src/world/palette.js";
import { randomFrom } from "#src/world/random.js";
import type { Drawing, Relation } from "#src/world/scene.js";
import { subjectNamed } from "#src/world/subjects/index.js";

const crafts = [
  clayToys, claySculpture, zbrush, woodSculpture, inkPainting, pencilSketch,
  fabricToys, oilPainting, jadeCarving, lineDraw, emoji,
]; // prettier-ignore
const stages: readonly Stage[] = [1, 2, 3, 4, 5, 6, 7, 8, 9];

const subject = (name: string) => {
  const found = subjectNamed(name);
  if (!found) throw new RangeError(`no subject “${name}”`);
  return found;
};

const drawingOf = (name: string, color: ColorName, relation?: Relation): Drawing =>
  arrange({
    subject: subject(name),
    color,
    size: "medium",
    background: "meadow",
    seed: name,
    ...(relation && { other: { relation, subject: subject("tree"), color: "purple" } }),
  });

const drawings: Record<string, Drawing> = {
  cat: drawingOf("cat", "orange"),
  whale: drawingOf("whale", "white"),
  car: drawingOf("car", "black"),
  queen: drawingOf("queen", "teal"),
  "a house beside a tree": drawingOf("house", "pink", "beside"),
  "a cup on top of a tree": drawingOf("cup", "yellow", "on top of"),
};

const markup = (craft: Craft, drawing: Drawing, stage: Stage) =>
  craft.draw(drawing, stage, randomFrom("markup"));

/** 64 x 64 x RGB */
const pixels = (craft: Craft, drawing: Drawing, stage: Stage): Promise<Buffer> =>
  sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" width="64" height="64">${markup(craft, drawing, stage)}</svg>`,
    ),
  )
    .removeAlpha()
    .raw()
    .toBuffer();

/** Mean over pixels and channels, 0 … 255. */
const distance = (a: Buffer, b: Buffer) =>
  a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? 0)), 0) / a.length;

describe.each(crafts)("$slug", (craft) => {
  it("draws the same picture from the same seed", () => {
    for (const drawing of Object.values(drawings))
      for (const stage of stages)
        expect(markup(craft, drawing, stage)).toBe(markup(craft, drawing, stage));
  });

  it.each(Object.keys(drawings))("shows %s grow: no two stages alike, and the end comes nearer", async (name) => {
    const drawing = drawings[name] as Drawing;
    const frames = await Promise.all(stages.map((stage) => pixels(craft, drawing, stage)));
    const steps = frames.slice(1).map((frame, i) => distance(frame, frames[i] as Buffer));
    expect(Math.min(...steps)).toBeGreaterThan(0.3);
    const left = frames.map((frame) => distance(frame, frames[8] as Buffer));
    expect(left[7]).toBeLessThan(left[0] as number);
    expect((left[6] as number) + (left[7] as number)).toBeLessThan((left[1] as number) + (left[2] as number));
  }); // prettier-ignore

  it("names its elements by its slug and refers to none that it lacks", () => {
    for (const drawing of Object.values(drawings))
      for (const stage of stages) {
        const svg = markup(craft, drawing, stage);
        const ids = [...svg.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
        const used = [...svg.matchAll(/url\(#([^)]+)\)|href="#([^"]+)"/g)].map(([, a, b]) => a ?? b);
        expect(ids.filter((id) => !id?.startsWith(craft.slug))).toEqual([]);
        expect(new Set(ids).size).toBe(ids.length);
        expect(used.filter((id) => !ids.includes(id))).toEqual([]);
        expect(svg).not.toMatch(/NaN|undefined|Infinity/);
      }
  }); // prettier-ignore

  it("stays small", () => {
    const sizes = Object.values(drawings).flatMap((drawing) =>
      stages.map((stage) => markup(craft, drawing, stage).length),
    );
    expect(sizes.reduce((sum, size) => sum + size, 0) / sizes.length).toBeLessThan(11_000);
    expect(Math.max(...sizes)).toBeLessThan(30_000);
  });

  it("shows four stages in order, the finished thing last", () => {
    expect(craft.four.toSorted((a, b) => a - b)).toEqual(craft.four);
    expect(new Set(craft.four).size).toBe(4);
    expect(craft.four[3]).toBe(9);
  });
});

const bright = ["red", "orange", "yellow", "green", "teal", "blue", "purple", "pink"] as const;

describe.each(crafts.filter((craft) => craft.colors))("$slug, which takes a colour", (craft) => {
  it.each(bright)("is %s when that is asked", async (color) => {
    const frame = await pixels(craft, drawingOf("apple", color), 9);
    const other = await pixels(craft, drawingOf("apple", color === "red" ? "blue" : "red"), 9);
    expect(share(frame, color)).toBeGreaterThan(0.08);
    expect(share(frame, color) - share(other, color)).toBeGreaterThan(0.07);
  });
});

/** Of the pixels, those that are nearer to this colour than to the eleven others. */
function share(frame: Buffer, color: ColorName): number {
  let count = 0;
  for (let i = 0; i < frame.length; i += 3) {
    const away = (name: ColorName) =>
      Math.hypot(...[0, 1, 2].map((c) => (frame[i + c] ?? 0) - Number.parseInt(colors[name].slice(1 + 2 * c, 3 + 2 * c), 16)));
    const nearest = colorNames.reduce((best, name) => (away(name) < away(best) ? name : best));
    if (nearest === color) count++;
  }
  return count / (frame.length / 3);
} // prettier-ignore

describe.each(crafts.filter((craft) => !craft.colors))("$slug, which has none", (craft) => {
  it("looks the same whatever colour the scene has", () => {
    for (const stage of stages)
      expect(markup(craft, drawingOf("car", "red"), stage)).toBe(
        markup(craft, drawingOf("car", "green"), stage),
      );
  });
});

describe("the crafts side by side", () => {
  it("leave finished frames that nobody confuses", async () => {
    const frames = await Promise.all(crafts.map((craft) => pixels(craft, drawingOf("cat", "red"), 9)));
    for (const [i, a] of frames.entries())
      for (const b of frames.slice(i + 1)) expect(distance(a, b)).toBeGreaterThan(20);
  }); // prettier-ignore
});
