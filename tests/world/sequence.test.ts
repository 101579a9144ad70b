import { describe, expect, it } from "vitest";
import sharp from "sharp";
import { cellRect, crop, snake3x3 } from "#src/grid/index.js";
import {
  craftNamed,
  crafts,
  drawScene,
  framesOf,
  heldOutTriples,
  isHeldOut,
  pictureOf,
  randomFrom,
  renderFrames,
  renderPage,
  subjectNamed,
  subjects,
  type Scene,
} from "#src/world/index.js";

const lego = craftNamed("lego")!;
const many = <Item>(count: number, make: () => Item) => Array.from({ length: count }, make);

const house: Scene = {
  subject: subjectNamed("house")!,
  color: "red",
  size: "medium",
  background: "white",
  seed: "1",
};

async function alone(svg: string): Promise<Buffer> {
  return sharp(Buffer.from(svg)).flatten({ background: "white" }).raw().toBuffer();
}

describe("drawScene", () => {
  it("draws the same scenes from the same seed, others from another", () => {
    const draw = (seed: string) => {
      const random = randomFrom(seed);
      return many(20, () => drawScene(random, { craft: lego }));
    };
    expect(draw("a")).toEqual(draw("a"));
    expect(draw("a")).not.toEqual(draw("b"));
  });

  it("never draws a held-out triple, neither as the first thing nor as the second", () => {
    const random = randomFrom("never");
    const triples = many(1500, () => drawScene(random, { craft: lego, related: true })).flatMap(
      ({ subject, color, other }) => [
        { subject, color, craft: lego },
        ...(other ? [{ ...other, craft: lego }] : []),
      ],
    );
    expect(triples).toHaveLength(3000);
    expect(triples.filter(isHeldOut)).toEqual([]);
  });

  it("draws held-out triples alone where they are asked for", () => {
    const random = randomFrom("held out");
    const scenes = many(50, () => drawScene(random, { craft: lego, heldOut: true }));
    expect(scenes.every(({ subject, color }) => isHeldOut({ subject, color, craft: lego }))).toBe(
      true,
    );
  });

  it("refuses a held-out triple that is asked for as if it were any other", () => {
    const triple = heldOutTriples()[0]!;
    expect(() => drawScene(randomFrom(1), triple)).toThrow(
      /a held-out triple is drawn with heldOut alone/,
    );
    expect(drawScene(randomFrom(1), { ...triple, heldOut: true })).toMatchObject({
      subject: triple.subject,
      color: triple.color,
    });
  });

  it("keeps what is asked for, and leaves the rest to chance in its proportions", () => {
    const random = randomFrom("proportions");
    const craft = { ...lego, backgrounds: true };
    const subject = subjectNamed("tree")!;
    const asked = drawScene(random, { craft, subject, size: "big", background: "night" });
    expect(asked).toMatchObject({ subject, size: "big", background: "night" });
    const scenes = many(2000, () => drawScene(random, { craft }));
    const share = (is: (scene: Scene) => boolean) => scenes.filter(is).length / scenes.length;
    expect(share(({ size }) => size !== "medium")).toBeCloseTo(0.3, 1);
    expect(share(({ background }) => background !== "white")).toBeCloseTo(0.5, 1);
    expect(share(({ other }) => other !== undefined)).toBeCloseTo(0.1, 1);
    expect(new Set(scenes.map((scene) => scene.subject)).size).toBe(subjects.length);
  });

  it("puts no background behind a craft that has a ground of its own", () => {
    const random = randomFrom("ground");
    const craft = { ...lego, backgrounds: false };
    const names = many(100, () => drawScene(random, { craft }).background);
    expect(new Set(names)).toEqual(new Set(["white"]));
  });
});

describe("framesOf", () => {
  it("shows nine stages, or the craft's four of them, and ends with the finished picture", () => {
    const nine = framesOf(house, lego, 9, 64);
    const four = framesOf(house, lego, 4, 64);
    expect(nine).toHaveLength(9);
    expect(four).toEqual(lego.four.map((stage) => nine[stage - 1]));
    expect(nine[8]).toBe(pictureOf(house, lego, 64));
  });

  it.each(crafts.map((craft) => [craft.slug, craft] as const))(
    "%s draws the same from the same seed, and something new in every stage",
    async (_, craft) => {
      const svgs = framesOf(house, craft, 9, 64);
      expect(framesOf(house, craft, 9, 64)).toEqual(svgs);
      const frames = await renderFrames(svgs, 64);
      expect(new Set(frames.map(({ data }) => Buffer.from(data).toString("base64"))).size).toBe(9);
    },
  );
});

describe("renderFrames", () => {
  it.each(crafts.map((craft) => [craft.slug, craft] as const))(
    "draws nine frames of %s in one document as each alone, to a few levels of its gradients",
    async (_, craft) => {
      const svgs = framesOf({ ...house, background: "meadow" }, craft, 9, 64);
      const frames = await renderFrames(svgs, 64);
      for (const [i, svg] of svgs.entries()) {
        const pixels = await alone(svg);
        const differences = pixels.map((value, at) => Math.abs(value - frames[i]!.data[at]!));
        expect(Math.max(...differences), `frame ${i + 1}`).toBeLessThanOrEqual(4);
      }
    },
  );

  it("keeps apart the ids that two frames share, and is white where nothing is drawn", async () => {
    const filled = (color: string) =>
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" width="2" height="2"><defs><linearGradient id="a"><stop stop-color="${color}"/></linearGradient></defs><path fill="url(#a)" d="M0 0H50V100H0Z"/></svg>`;
    const [red, blue] = await renderFrames([filled("#f00"), filled("#00f")], 2);
    expect(Array.from(red!.data.subarray(0, 6))).toEqual([255, 0, 0, 255, 255, 255]);
    expect(Array.from(blue!.data.subarray(0, 6))).toEqual([0, 0, 255, 255, 255, 255]);
  });
});

describe("renderPage", () => {
  it("puts the frames side by side in the layout's order, without bars", async () => {
    const svgs = framesOf(house, lego, 9, 32);
    const page = await renderPage(svgs, snake3x3, 32);
    expect([page.width, page.height]).toEqual([96, 96]);
    const fourth = crop(page, cellRect(snake3x3, 96, 96, { row: 1, column: 2 }));
    const frames = await renderFrames(svgs, 32);
    expect(Buffer.compare(frames[3]!.data, fourth.data)).toBe(0);
  });
});
