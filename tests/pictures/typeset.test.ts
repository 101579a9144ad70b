import { describe, expect, test } from "vitest";
import { pictureOperations } from "#src/pictures/index.js";
import sharp from "sharp";
import { plain } from "./made.js";

const pictures = pictureOperations();
const style = { widthPx: 300, fontPx: 20 };

async function darkest(png: Uint8Array): Promise<number> {
  return (await sharp(png).stats()).channels[0]!.min;
}

describe("typeset", () => {
  test("draws in black on white, wraps at the width, and grows downwards", async () => {
    const { texts } = await pictures.typeset({ texts: ["a", "many words ".repeat(20)], ...style });
    const [short, long] = texts;
    expect(await darkest(short!.png)).toBeLessThan(80);
    expect(short!.widthPx).toBeLessThan(30);
    expect(long!.widthPx).toBeGreaterThan(200);
    expect(long!.widthPx).toBeLessThanOrEqual(302);
    expect(long!.heightPx).toBeGreaterThan(4 * short!.heightPx);
  });

  test("takes markup as words", async () => {
    const draw = async (text: string) =>
      (await pictures.typeset({ texts: [text], ...style })).texts[0]!.widthPx;
    expect(await draw("<b>a</b>")).toBeGreaterThan(2 * (await draw("a")));
    expect(await draw("&amp;")).toBeGreaterThan(2 * (await draw("&")));
    expect(await draw("<unknown")).toBeGreaterThan(50);
  });

  test.each(["", " ", "\u200d", "\uFFFF\0", "\uD800"])(
    "of %j, where nothing is seen, is blank",
    async (text) => {
      const [blank] = (await pictures.typeset({ texts: [text], ...style })).texts;
      expect(blank).toMatchObject({ widthPx: 1, heightPx: 1 });
    },
  );

  test("tells which letters no font has, and no others", async () => {
    const texts = ["Latin é, marks a\u0301, and \u0378", "\u{1FFFE} twice \u0378"];
    expect((await pictures.typeset({ texts, ...style })).missing).toBe("\u0378\u{1FFFE}");
  });
});

test("animate shows frames of any shape in squares of one size, with their captions below", async () => {
  const sources = [plain(60, 40), plain(40, 60)].map((picture) => picture.png().toBuffer());
  const frames = (await Promise.all(sources)).map((bytes, i) => ({
    source: { bytes },
    caption: `${i + 1}. do this`,
    delayMs: 1000 * (i + 1),
  }));
  const { bytes } = await pictures.animate({ frames, sidePx: 128, format: "gif" });
  const { pages, delay, width, pageHeight = 0 } = await sharp(bytes, { pages: -1 }).metadata();
  expect({ pages, delay, width }).toEqual({ pages: 2, delay: [1000, 2000], width: 128 });
  const caption = { left: 0, top: 128, width: 128, height: pageHeight - 128 };
  for (const page of [0, 1])
    expect(
      await darkest(await sharp(bytes, { page }).extract(caption).png().toBuffer()),
    ).toBeLessThan(150);
});
