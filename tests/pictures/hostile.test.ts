import { execFileSync } from "node:child_process";
import {
  mkdtemp,
  open as openFile,
  readFile,
  realpath,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import sharp from "sharp";
import { defaultLimits, PictureError, pictureOperations } from "#src/pictures/index.js";
import { followed, placeOf } from "#src/pictures/place.js";
import type { PictureSource } from "#src/workers/records.js";
import { gifBomb, isoMedia, noise, plain, pngThatSays, tiffOfChannels } from "./made.js";

const pictures = pictureOperations();
const open = (source: PictureSource) => pictures.open({ source, maxSidePx: 64 });

async function refusal(source: PictureSource, operations = pictures): Promise<PictureError> {
  const error: unknown = await operations.open({ source, maxSidePx: 64 }).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(PictureError);
  return error as PictureError;
}

describe("hostile bytes", () => {
  it.each(["png", "jpeg", "webp", "gif", "tiff", "avif"] as const)(
    "calls a truncated %s corrupt, and survives a scrambled one",
    async (format) => {
      const whole = await noise(64).toFormat(format).toBuffer();
      for (const bytes of [whole.subarray(0, whole.length / 2), whole.subarray(0, 16)])
        expect(await refusal({ bytes })).toMatchObject({
          code: "corrupt",
          message: expect.stringContaining("save it anew"),
        });
      // Not every format has checksums: garbage may be a picture too.
      const scrambled = whole.map((byte, at) => (at > 20 && at % 7 === 0 ? byte ^ 255 : byte));
      const outcome: unknown = await open({ bytes: scrambled }).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).toMatchObject({ code: "corrupt" });
      else expect(outcome).toMatchObject({ widthPx: 64, heightPx: 64 });
    },
  );

  it("refuses a bomb by what its header says, without decoding it", async () => {
    for (const bytes of [pngThatSays(30_000, 30_000), gifBomb]) {
      const { code, message } = await refusal({ bytes });
      expect(code).toBe("too_large");
      expect(message).toContain("100 million pixels");
    }
    expect(await refusal({ bytes: pngThatSays(0, 0) })).toMatchObject({ code: "corrupt" });
    expect(await refusal({ bytes: pngThatSays(500, 500) })).toMatchObject({ code: "corrupt" });
  });

  it("refuses an AVIF sooner, whose pixels take the most memory", async () => {
    const bytes = await plain(200, 100).avif({ effort: 0 }).toBuffer();
    const few = pictureOperations({ ...defaultLimits, avifPixels: 19_999 });
    expect(await refusal({ bytes }, few)).toMatchObject({ code: "too_large" });
    const enough = pictureOperations({ ...defaultLimits, avifPixels: 20_000, pixels: 1 });
    expect((await enough.open({ source: { bytes }, maxSidePx: 64 })).widthPx).toBe(64);
  });

  it("reads the first page of many, and does not go round in a ring of them", async () => {
    const bytes = tiffOfChannels(1);
    const directory = bytes.readUInt32LE(4);
    const next = directory + 2 + 12 * bytes.readUInt16LE(directory);
    bytes.writeUInt32LE(directory, next);
    expect((await open({ bytes })).widthPx).toBe(8);
  });

  it("decodes one frame of an animation, and counts the pixels of one", async () => {
    const [sidePx, frames] = [16, 500];
    const data = Uint8Array.from({ length: 3 * sidePx * sidePx * frames }, (_, at) => at / 768);
    const film = {
      width: sidePx,
      height: sidePx * frames,
      channels: 3,
      pageHeight: sidePx,
    } as const;
    const bytes = await sharp(data, { raw: film }).gif().toBuffer();
    expect((await sharp(bytes).metadata()).pages).toBeGreaterThan(100);
    const few = pictureOperations({ ...defaultLimits, pixels: sidePx * sidePx });
    expect((await few.open({ source: { bytes }, maxSidePx: 64 })).widthPx).toBe(sidePx);
  });

  it("honours the limits it is given", async () => {
    const bytes = await plain(100, 100).png().toBuffer();
    const few = pictureOperations({ ...defaultLimits, pixels: 9_999 });
    expect(await refusal({ bytes }, few)).toMatchObject({ code: "too_large" });
    const short = pictureOperations({ ...defaultLimits, sizeBytes: bytes.length - 1 });
    expect(await refusal({ bytes }, short)).toMatchObject({ code: "too_large" });
    const enough = pictureOperations({ ...defaultLimits, pixels: 10_000, sizeBytes: bytes.length });
    expect((await enough.open({ source: { bytes }, maxSidePx: 64 })).widthPx).toBe(64);
  });

  it("refuses HEIC, whichever brand names it, and tells how to convert it", async () => {
    for (const brands of [
      ["heic", "mif1"],
      ["mif1", "heix"],
      ["msf1", "hevc"],
    ]) {
      const { code, message } = await refusal({ bytes: isoMedia(...brands) });
      expect(code).toBe("unsupported_format");
      expect(message).toContain("sips -s format jpeg in.heic --out out.jpg");
    }
  });

  it.each([
    ["SVG", `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>`],
    ["SVG", `<?xml version="1.0"?>\n<!-- a --><svg><image href="http://localhost/"/></svg>`],
    ["SVG", "\ufeff  <!DOCTYPE svg PUBLIC 'x' 'y'><svg>"],
    ["PDF", "%PDF-1.7\n%âãÏÓ"],
    ["BMP", "BM\x8a\0\0\0"],
    ["Photoshop", "8BPS\0\x01"],
  ])("names %s and refuses it", async (name, text) => {
    for (const bytes of [Buffer.from(text), Buffer.from(text, "utf16le")].slice(
      0,
      name === "SVG" ? 2 : 1,
    )) {
      const { code, message } = await refusal({ bytes });
      expect(code).toBe("unsupported_format");
      expect(message).toContain(`a ${name} file`);
    }
  });

  it("does not let the SVG, PDF or file loaders run at all", async () => {
    await expect(
      sharp(Buffer.from("<svg width='9' height='9'/>")).png().toBuffer(),
    ).rejects.toThrow(/unsupported image format/);
    await expect(sharp("tests/grid/six-pages.png").png().toBuffer()).rejects.toThrow(
      /unsupported image format/,
    );
  });

  it("refuses text, an empty file and a film as no picture", async () => {
    for (const bytes of [Buffer.from("hello"), Buffer.alloc(0), isoMedia("isom", "mp42")])
      expect(await refusal({ bytes })).toMatchObject({
        code: "not_an_image",
        message: expect.stringContaining("PNG, JPEG, WebP, GIF, TIFF or AVIF"),
      });
  });

  it("refuses channels that are no colours", async () => {
    expect(await refusal({ bytes: tiffOfChannels(4) })).toMatchObject({
      code: "unsupported_format",
    });
    expect((await open({ bytes: tiffOfChannels(1) })).widthPx).toBe(8);
  });

  it("goes on working after all that", async () => {
    expect((await open({ bytes: await plain().png().toBuffer() })).widthPx).toBe(60);
  });
});

describe("hostile paths", () => {
  let folder: string;
  const inside = (name: string) => join(folder, name);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "pictures-"));
    await writeFile(inside("picture.txt"), await plain().png().toBuffer());
    await writeFile(inside("text.png"), "not at all");
    await writeFile(inside("empty.png"), "");
    await symlink(inside("picture.txt"), inside("link.png"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("judges a file by its content, not by its name", async () => {
    const { original } = await open({ path: inside("picture.txt") });
    expect(original.format).toBe("png");
    expect((await readFile(inside("picture.txt"))).equals(original.bytes)).toBe(true);
    expect(await refusal({ path: inside("text.png") })).toMatchObject({ code: "not_an_image" });
    const { message } = await refusal({ path: inside("empty.png") });
    expect(message).toContain("empty.png is empty");
  });

  it("refuses what is not there", async () => {
    for (const path of [inside("none.png"), inside("text.png/x.png"), "a\0b", "x".repeat(5000)])
      expect(await refusal({ path })).toMatchObject({ code: "no_such_file" });
  });

  it("refuses a folder, and a link, which may have been swapped in", async () => {
    expect(await refusal({ path: folder })).toMatchObject({ code: "not_a_file" });
    const { code, message } = await refusal({ path: inside("link.png") });
    expect([code, message]).toEqual(["not_a_file", expect.stringContaining("symbolic link")]);
  });

  it("reads a file only where its real place is one of the given folders", async () => {
    const path = inside("picture.txt");
    const real = await realpath(folder);
    const place = { path: join(real, "picture.txt") };
    for (const within of [[real], ["/nowhere", real], ["/"]])
      expect((await open({ ...place, within })).widthPx).toBe(60);
    for (const within of [[], [`${real}-not`], [join(real, "deeper")]])
      expect(await refusal({ path, within })).toMatchObject({ code: "moved" });
  });

  it("finds out where an open file lies, also where the system does not say it", async () => {
    const file = await openFile(inside("picture.txt"));
    const there = join(await realpath(folder), "picture.txt");
    expect(await placeOf(file, inside("picture.txt"))).toBe(there);
    expect(await followed(file, inside("picture.txt"))).toBe(there);
    expect(await followed(file, inside("text.png"))).toBeUndefined();
    await file.close();
  });

  it("refuses a file over the limit before reading it", async () => {
    await writeFile(inside("large.png"), Buffer.alloc(2000));
    const small = pictureOperations({ ...defaultLimits, sizeBytes: 1999 });
    expect(await refusal({ path: inside("large.png") }, small)).toMatchObject({
      code: "too_large",
    });
  });

  it.skipIf(process.platform === "win32")(
    "does not hang on a pipe, a socket or an endless device (not on Windows)",
    async () => {
      execFileSync("mkfifo", [inside("pipe.png")]);
      const server = createServer().listen(inside("socket.png"));
      await new Promise((resolve) => server.once("listening", resolve));
      for (const path of [inside("pipe.png"), inside("socket.png"), "/dev/zero"])
        expect(await refusal({ path })).toMatchObject({ code: "not_a_file" });
      server.close();
    },
  );
});
