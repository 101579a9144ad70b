import { pictureOperations } from "#src/pictures/index.js";
import { measureSteps } from "#src/procedures/refine-distance.js";
import { featuresOf, THUMBNAIL_PX } from "#src/procedures/refine-features.js";
import { cosineDistance, partsDistance } from "#src/procedures/distance.js";
import sharp from "sharp";
import { describe, expect, test } from "vitest";

const pictures = pictureOperations();

type Shape = (x: number, y: number) => number | undefined;

/** A step of 96 px: shapes in grey on paper, the later above the earlier. */
async function draw(shapes: Shape[], caption = "a step") {
  const [width, paper] = [96, 248];
  const data = Buffer.alloc(3 * width * width);
  for (let i = 0; i < width * width; i++) {
    const greys = shapes.map((shape) => shape(i % width, Math.floor(i / width)));
    data.fill(greys.findLast((grey) => grey !== undefined) ?? paper, 3 * i, 3 * i + 3);
  }
  const raw = { width, height: width, channels: 3 } as const;
  return { png: await sharp(data, { raw }).png().toBuffer(), caption };
}

const box =
  (left: number): Shape =>
  (x, y) =>
    x >= left && x < left + 30 && y >= 30 && y < 60 ? 90 : undefined;
const ring: Shape = (x, y) => (Math.abs(Math.hypot(x - 48, y - 48) - 30) < 1 ? 204 : undefined);
const night: Shape = () => 34;

async function lookAt({ png }: { png: Uint8Array }) {
  return featuresOf(await pictures.fit({ source: { bytes: png }, sidePx: THUMBNAIL_PX }));
}

describe("features", () => {
  test("tell bright from dark, and a pale line from none", async () => {
    const [blank, dark, line] = await Promise.all([
      draw([]).then(lookAt),
      draw([night]).then(lookAt),
      draw([ring]).then(lookAt),
    ]);
    expect(cosineDistance(blank.whole, dark.whole)).toBeGreaterThan(0.2);
    expect(cosineDistance(blank.whole, line.whole)).toBeGreaterThan(0.001);
    expect(cosineDistance(blank.whole, blank.whole)).toBeCloseTo(0, 12);
  });

  test("of the whole say where a thing stands, those of the patches only what it is", async () => {
    const [left, right, blank] = await Promise.all([
      draw([box(0)]).then(lookAt),
      draw([box(48)]).then(lookAt),
      draw([]).then(lookAt),
    ]);
    const moved = partsDistance(left.patches, right.patches);
    expect(moved).toBeLessThan(partsDistance(left.patches, blank.patches) / 10);
    expect(cosineDistance(left.whole, right.whole)).toBeGreaterThan(0.01);
  });
});

describe("the distance between steps", () => {
  test("is 1 on average, least where nothing happens", async () => {
    const steps = await Promise.all([draw([]), draw([]), draw([ring]), draw([ring, box(30)])]);
    const { all } = await measureSteps(pictures, steps);
    expect(all.reduce((sum, distance) => sum + distance, 0) / 3).toBeCloseTo(0.8, 6); // texts say nothing
    expect(all[0]).toBeCloseTo(0, 6);
    expect(all[2]).toBeGreaterThan(all[1]!);
  });

  test("counts words a fifth, in languages without spaces by the character", async () => {
    const steps = await Promise.all([
      draw([], "画一条线"),
      draw([], "画一条线"),
      draw([], "画一个圆"),
    ]);
    expect((await measureSteps(pictures, steps)).all).toEqual([0, expect.closeTo(0.4, 6)]);
  });

  test("of other steps is told by the same scale", async () => {
    const steps = await Promise.all([draw([], "blank"), draw([ring], "a line"), draw([box(30)])]);
    const { all, measure } = await measureSteps(pictures, steps);
    expect(await measure(steps.slice(1))).toEqual([all[1]]);
    expect(await measure([steps[0]!, steps[0]!])).toEqual([expect.closeTo(0, 6)]);
  });

  test("is nothing at all where all steps are the same", async () => {
    const same = await draw([ring]);
    expect((await measureSteps(pictures, [same, same, same])).all).toEqual([0, 0]);
  });
});
