import { describe, expect, it } from "vitest";
import sharp, { type Sharp } from "sharp";
import { raster2x2, sheetFor, snake2x2, snake3x3 } from "#src/grid/index.js";
import { pictureOperations } from "#src/pictures/index.js";
import type { Raster } from "#src/raster.js";
import { gifBomb, noise, orange, plain, redBlue } from "./made.js";

const pictures = pictureOperations();
const rgb = [orange.r, orange.g, orange.b];
const white = [255, 255, 255];
const red = [255, 0, 0];
const blue = [0, 0, 255];

const pixels = (encoded: Uint8Array): Promise<Raster> => rasterOf(sharp(encoded));

async function rasterOf(pipeline: Sharp): Promise<Raster> {
  const { data, info } = await pipeline.raw().toBuffer({ resolveWithObject: true });
  expect(info.channels).toBe(3);
  return { width: info.width, height: info.height, data };
}

function at({ width, data }: Raster, x: number, y: number): number[] {
  return [...data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3)];
}

function expectNear(actual: number[], expected: number[], within: number): void {
  actual.forEach((value, index) =>
    expect(Math.abs(value - expected[index]!), `${actual} for ${expected}`).toBeLessThanOrEqual(
      within,
    ),
  );
}

async function open(pipeline: Sharp, maxSidePx = 1024) {
  const bytes = await pipeline.toBuffer();
  const opened = await pictures.open({ source: { bytes }, maxSidePx });
  expect(bytes.equals(opened.original.bytes)).toBe(true);
  return { ...opened, picture: await pixels(opened.png) };
}

describe("open", () => {
  it.each(["png", "jpeg", "webp", "gif", "tiff", "avif"] as const)(
    "decodes %s and pads it with white to a square",
    async (format) => {
      const { picture, original } = await open(plain().toFormat(format));
      expect(original).toMatchObject({ format, widthPx: 60, heightPx: 40 });
      expect([picture.width, picture.height]).toEqual([60, 60]);
      expectNear(at(picture, 30, 30), rgb, 2);
      expect([at(picture, 30, 5), at(picture, 30, 55)]).toEqual([white, white]);
    },
  );

  it("turns the picture as EXIF says", async () => {
    const turned = redBlue().withMetadata({ orientation: 6 }).jpeg();
    const { picture, original } = await open(turned);
    expect(original).toMatchObject({ widthPx: 40, heightPx: 60 });
    expectNear(at(picture, 30, 5), red, 4);
    expectNear(at(picture, 30, 55), blue, 4);
  });

  it("lays alpha on white", async () => {
    const half = { r: 0, g: 0, b: 0, alpha: 0.5 };
    const { picture } = await open(
      sharp({ create: { width: 20, height: 20, channels: 4, background: half } }).png(),
    );
    expectNear(at(picture, 10, 10), [127, 127, 127], 1);
  });

  it("reads CMYK, 16 bits, grey, grey with alpha and a wide-gamut profile as sRGB", async () => {
    const grey = at((await open(plain().greyscale().png())).picture, 30, 30);
    expect(new Set(grey).size).toBe(1);
    const alpha = { ...orange, alpha: 1 };
    const withAlpha = sharp({ create: { width: 60, height: 60, channels: 4, background: alpha } });
    expect(at((await open(withAlpha.toColourspace("b-w").png())).picture, 30, 30)).toEqual(grey);
    const wide = [
      plain().toColourspace("cmyk").jpeg(),
      plain().toColourspace("rgb16").png(),
      plain().withIccProfile("p3").png(),
    ];
    for (const pipeline of wide) expectNear(at((await open(pipeline)).picture, 30, 30), rgb, 20);
  });

  it("takes the first frame of an animation", async () => {
    const frames = [await plain().png().toBuffer(), await redBlue().png().toBuffer()];
    for (const format of ["gif", "webp"] as const) {
      const { picture } = await open(sharp(frames, { join: { animated: true } }).toFormat(format));
      expect(picture.width).toBe(60);
      expectNear(at(picture, 10, 30), rgb, 3);
    }
  });

  it("scales down to the largest side and never up", async () => {
    expect((await open(plain(600, 400).png(), 300)).widthPx).toBe(300);
    expect((await open(plain(60, 40).png(), 300)).widthPx).toBe(60);
  });

  it("reads pictures 1 px wide and 30,000 px wide", async () => {
    for (const [widthPx, heightPx] of [
      [1, 1],
      [1, 5000],
      [30_000, 1],
      [30_000, 10],
    ] as const) {
      const { picture, original } = await open(plain(widthPx, heightPx).png());
      expect(original).toMatchObject({ widthPx, heightPx });
      expect(picture.width).toBe(Math.min(1024, Math.max(widthPx, heightPx)));
      expect(picture.height).toBe(picture.width);
    }
  });
});

describe("fit", () => {
  it("scales up and down to a square and pads what is none", async () => {
    const bytes = await redBlue(60, 30).png().toBuffer();
    for (const sidePx of [16, 352]) {
      const picture = await pictures.fit({ source: { bytes }, sidePx });
      expect([picture.width, picture.height]).toEqual([sidePx, sidePx]);
      expect(picture.data.length).toBe(3 * sidePx * sidePx);
      expectNear(at(picture, 1, sidePx / 2), red, 2);
      expectNear(at(picture, sidePx - 2, sidePx / 2), blue, 2);
      expect(at(picture, sidePx / 2, 1)).toEqual(white);
    }
  });

  it("leaves a picture of the right size as it is", async () => {
    const bytes = await noise(64).png().toBuffer();
    const picture = await pictures.fit({ source: { bytes }, sidePx: 64 });
    expect(Buffer.compare(picture.data, (await pixels(bytes)).data)).toBe(0);
  });
});

describe("cut", () => {
  it("keeps page and frames to the pixel where no size differs", async () => {
    const page = await rasterOf(noise(192));
    const cut = await pictures.cut({ page, layout: snake3x3, framePx: 64 });
    expect(Buffer.compare((await pixels(cut.page.png)).data, page.data)).toBe(0);
    expect(cut.frames.map(({ widthPx, heightPx }) => [widthPx, heightPx])).toEqual(
      Array.from({ length: 9 }, () => [64, 64]),
    );
    const fourth = await pixels(cut.frames[3]!.png); // on a snake, at the right of the second row
    expect(at(fourth, 0, 0)).toEqual(at(page, 128, 64));
    expect(at(fourth, 63, 63)).toEqual(at(page, 191, 127));
  });

  it("brings frames back to their size after a bar was cut away", async () => {
    const page = await rasterOf(plain(1024, 1024));
    for (let y = 0; y < 1024; y++) page.data.fill(0, 3 * (1024 * y + 510), 3 * (1024 * y + 514));
    const { frames } = await pictures.cut({ page, layout: snake2x2, framePx: 512 });
    for (const frame of frames) {
      const picture = await pixels(frame.png);
      expect([picture.width, picture.height]).toEqual([512, 512]);
      expect(picture.data.reduce((least, value) => Math.min(least, value))).toBe(orange.b);
    }
  });
});

describe("split and compose", () => {
  it("split what compose has put together, pixel by pixel", async () => {
    const sources = await Promise.all(
      [1, 2, 3, 4].map(async () => ({ bytes: await noise(50).png().toBuffer() })),
    );
    const { png } = await pictures.compose({ sources, layout: snake2x2 });
    const split = await pictures.split({ source: { bytes: png }, layout: snake2x2 });
    expect(split).toMatchObject({ layout: snake2x2, certain: true });
    for (const [index, frame] of split.frames.entries())
      expect((await pixels(frame.png)).data).toEqual((await pixels(sources[index]!.bytes)).data);
  });

  it("finds out the layout, and says when it cannot", async () => {
    const { png: step } = await pictures.open({
      source: { bytes: await redBlue(64, 32).png().toBuffer() },
      maxSidePx: 64,
    });
    const sources = [1, 2, 3, 4].map(() => ({ bytes: step }));
    const { png } = await pictures.compose({ sources, layout: snake2x2 });
    const found = await pictures.split({ source: { bytes: png } });
    expect(found).toMatchObject({ layout: snake2x2, certain: true });
    const nothing = await pictures.split({
      source: { bytes: await plain(90, 90).png().toBuffer() },
    });
    expect(nothing).toMatchObject({ layout: snake3x3, certain: false });
    expect(nothing.frames).toHaveLength(9);
  });

  it("pads frames to the first one's longer side, or to the asked cell", async () => {
    const [wide, tall] = [
      await plain(60, 40).png().toBuffer(),
      await redBlue(20, 80).png().toBuffer(),
    ];
    const sources = [{ bytes: wide }, { bytes: tall }];
    const page = await pixels((await pictures.compose({ sources, layout: raster2x2 })).png);
    expect([page.width, page.height]).toEqual([120, 120]);
    expect([at(page, 30, 5), at(page, 65, 30), at(page, 30, 90)]).toEqual([white, white, white]);
    expect(at(page, 30, 30)).toEqual(rgb);
    const small = await pictures.compose({ sources, layout: sheetFor(2), cellPx: 30 });
    expect([small.widthPx, small.heightPx]).toEqual([60, 30]);
  });

  it("refuses a page larger than the limit before it is made", async () => {
    const sources = [{ bytes: await plain().png().toBuffer() }];
    await expect(
      pictures.compose({ sources, layout: snake3x3, cellPx: 20_000 }),
    ).rejects.toMatchObject({
      code: "too_large",
      message: expect.stringContaining("60000 × 60000"),
    });
  });
});

describe("previews", () => {
  it("are JPEG with the asked longer side, up and down, smaller at lower quality", async () => {
    const sources = await Promise.all(
      [noise(64), plain(600, 300)].map(async (made) => ({ bytes: await made.png().toBuffer() })),
    );
    const fine = await pictures.previews({ sources, sidePx: 256, quality: 90 });
    const sizes = await Promise.all(fine.map((preview) => sharp(preview).metadata()));
    expect(sizes.map(({ format, width, height }) => [format, width, height])).toEqual([
      ["jpeg", 256, 256],
      ["jpeg", 256, 128],
    ]);
    const coarse = await pictures.previews({ sources, sidePx: 256, quality: 40 });
    expect(coarse[0]!.length).toBeLessThan(fine[0]!.length);
  });

  it("fail as a whole when one picture is bad", async () => {
    const sources = [{ bytes: await plain().png().toBuffer() }, { bytes: gifBomb }];
    await expect(pictures.previews({ sources, sidePx: 64, quality: 80 })).rejects.toMatchObject({
      code: "too_large",
    });
  });
});
