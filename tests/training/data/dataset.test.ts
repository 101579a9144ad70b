import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import {
  DatasetError,
  type Dataset,
  pageOf,
  type Problem,
  readDataset,
} from "#src/training/data/index.js";
import { createPictureHost } from "#src/workers/index.js";
import sharp from "sharp";
import { afterAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../../support/temporary.js";

const pictures = createPictureHost();
afterAll(() => pictures.close());

const png = await picture("red", 12, 12);
const FOUR = ["a", "b", "c", "d"];
const THREE = '["a","b","c"]';

function picture(background: string, width: number, height: number): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();
}

/** @param files - by path below the folder */
function folderOf(files: Record<string, string | Uint8Array>): string {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
  return folder;
}

function frames(count: number, folder = ""): Record<string, Uint8Array> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, i) => [path.join(folder, `00${i + 1}.png`), png]),
  );
}

function read(files: Record<string, string | Uint8Array>): Promise<Dataset> {
  return readDataset(folderOf(files), { pictures });
}

async function problemsOf(files: Record<string, string | Uint8Array>): Promise<Problem[]> {
  const error = await read(files).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DatasetError);
  return [...(error as DatasetError).problems];
}

async function codesOf(files: Record<string, string | Uint8Array>): Promise<string[]> {
  return (await problemsOf(files)).map(({ code, file }) => `${code} ${path.basename(file)}`);
}

describe("pages", () => {
  test("have the prompt of their caption, its steps, and the domain it names", async () => {
    const { examples, warnings } = await read({
      "lego/a.png": png,
      "lego/a.caption":
        "LEGO, a cat, <image-1> one <image-2> two\n<image-3> three <image-4> four --lora_up 3\n",
      "lego/b.webp": await sharp(png).webp().toBuffer(),
      "lego/b.caption": "3*3 of 9 sub-images, a dog",
    });
    expect(warnings).toEqual([]);
    expect(examples).toEqual([
      {
        id: "lego/a",
        pagePath: expect.stringMatching(/a\.png$/),
        prompt: "LEGO, a cat, <image-1> one <image-2> two <image-3> three <image-4> four",
        steps: ["one", "two", "three", "four"],
        domainB: 3,
      },
      {
        id: "lego/b",
        pagePath: expect.stringMatching(/b\.webp$/),
        prompt: "3*3 of 9 sub-images, a dog",
        steps: [],
      },
    ]);
  });

  const words = "une tâche, café";
  test.each([
    ["a byte-order mark", Buffer.from(`\ufeff${words}`)],
    ["CRLF", Buffer.from(`une tâche,\r\ncafé\r\n`)],
    ["UTF-16 LE", Buffer.from(`\ufeff${words}`, "utf16le")],
    ["UTF-16 BE", Buffer.from(`\ufeff${words}`, "utf16le").swap16()],
    ["UTF-16 without a mark", Buffer.from(words, "utf16le")],
    ["Latin-1", Buffer.from(words, "latin1")],
  ])("with a caption in %s are read right", async (_, caption) => {
    const { examples } = await read({ "a.png": png, "a.caption": caption });
    expect(examples[0]?.prompt).toBe(words);
  });

  test("have names in any script and form, and extensions in any case", async () => {
    const { examples } = await read({
      "折り紙.PNG": png,
      "折り紙.Caption": "crane",
      ["cafe\u0301.JPG"]: await sharp(png).jpeg().toBuffer(),
      ["caf\u00e9.CAPTION"]: "cup",
    });
    expect(examples.map(({ id, prompt }) => [id, prompt])).toEqual([
      ["caf\u00e9", "cup"],
      ["折り紙", "crane"],
    ]);
  });

  test("stand beside what systems leave behind", async () => {
    const left = [
      ".DS_Store",
      "._a.png",
      "._a.caption",
      "Thumbs.db",
      "desktop.ini",
      "__MACOSX/x.png",
    ];
    const { examples } = await read({
      "a.png": png,
      "a.caption": "x",
      ...Object.fromEntries(left.map((name) => [name, "\0"])),
    });
    expect(examples).toHaveLength(1);
  });

  test("that say the same, or do not number their frames, are warned of", async () => {
    const { warnings } = await read({
      "a.png": png,
      "a.caption": "cat <image-1> one <image-3> three",
      "b.png": png,
      "b.caption": "a dog",
      "c.png": png,
      "c.caption": "a  dog",
    });
    expect(warnings.map(({ code, file }) => [code, path.basename(file)])).toEqual([
      ["odd_steps", "a.caption"],
      ["same_text", "c.png"],
    ]);
  });

  test("are scaled to the size asked for", async () => {
    const { examples } = await read({ "a.png": png, "a.caption": "x" });
    const page = await pageOf(examples[0]!, pictures, 24);
    expect([page.width, page.height, [...page.data.subarray(0, 3)]]).toEqual([24, 24, [255, 0, 0]]);
  });
});

describe("a folder of frames", () => {
  test("is one example, told by captions.json", async () => {
    const told = { subject: "a crane", phrase: "Origami", steps: FOUR, lora_up: 2 };
    const { examples } = await read({
      ...frames(4, "crane"),
      "crane/captions.json": `\ufeff${JSON.stringify(told)}`,
      ...frames(9, "list"),
      "list/captions.json": JSON.stringify([...FOUR, ...FOUR, "e"]),
    });
    expect(examples).toMatchObject([
      {
        id: "crane",
        prompt: "Origami, a crane, <image-1> a <image-2> b <image-3> c <image-4> d",
        steps: FOUR,
        domainB: 2,
      },
      { id: "list", prompt: expect.stringMatching(/^<image-1> a .* <image-9> e$/) },
    ]);
    expect(
      "framePaths" in examples[1]! && examples[1].framePaths.map((file) => path.basename(file)),
    ).toEqual(Array.from({ length: 9 }, (_, i) => `00${i + 1}.png`));
  });

  test("is in the order of numbers, not of letters", async () => {
    const names = ["step-8", "step-9", "step-10", "step-11"];
    const count = [...Array(7).keys()].map((i) => `step-${i + 1}`);
    const codes = await codesOf({
      ...Object.fromEntries([...count, ...names].map((name) => [`${name}.png`, png])),
      "captions.json": JSON.stringify([...FOUR, ...FOUR, ...FOUR].slice(1)),
    });
    expect(codes).toEqual([expect.stringMatching(/^wrong_frame_count/)]);
    const { examples } = await read({
      "step-1.png": png,
      "step-02.png": png,
      "step-3.png": png,
      "step-０４.png": png,
      "captions.json": JSON.stringify(FOUR),
    });
    expect(
      "framePaths" in examples[0]! && examples[0].framePaths.map((f) => path.basename(f)),
    ).toEqual(["step-1.png", "step-02.png", "step-3.png", "step-０４.png"]);
  });

  test("becomes a page in a snake, white around what is not square", async () => {
    const colors = ["#ff0000", "#00ff00", "#0000ff", "#000000"];
    const wide = await Promise.all(colors.map((color) => picture(color, 12, 6)));
    const { examples } = await read({
      ...Object.fromEntries(wide.map((bytes, i) => [`${i + 1}.png`, bytes])),
      "captions.json": JSON.stringify(FOUR),
    });
    const { data, width } = await pageOf(examples[0]!, pictures, 24);
    const at = (x: number, y: number) => [...data.subarray(3 * (y * width + x)).subarray(0, 3)];
    expect([at(6, 6), at(18, 6), at(18, 18), at(6, 18)]).toEqual([
      [255, 0, 0],
      [0, 255, 0],
      [0, 0, 255],
      [0, 0, 0],
    ]);
    expect(at(6, 1)).toEqual([255, 255, 255]);
    await expect(pageOf(examples[0]!, pictures, 25)).rejects.toThrow(/25 px/);
  });
});

describe("what is wrong is named with its file", () => {
  test.each<[string, Record<string, string | Uint8Array>, string]>([
    [
      "a frame missing",
      { ...without(frames(4), "003.png"), "captions.json": THREE },
      "missing_frame",
    ],
    [
      "another frame missing",
      { ...without(frames(4), "002.png"), "captions.json": THREE },
      "missing_frame",
    ],
    [
      "five frames",
      { ...frames(5), "captions.json": '["a","b","c","d","e"]' },
      "wrong_frame_count",
    ],
    [
      "a frame twice",
      { ...frames(4), "3.png": png, "captions.json": JSON.stringify(FOUR) },
      "duplicate_picture 3.png",
    ],
    [
      "no number",
      { ...frames(4), "cover.png": png, "captions.json": JSON.stringify(FOUR) },
      "unnumbered_frame cover.png",
    ],
    ["frames without words", frames(4), "missing_caption"],
    ["a page without words", { "a.png": png }, "missing_caption a.png"],
    ["words without a page", { "a.caption": "x" }, "missing_picture a.caption"],
    ["an empty caption", { "a.png": png, "a.caption": " \r\n" }, "empty_caption a.caption"],
    [
      "only an instruction",
      { "a.png": png, "a.caption": "--lora_up 3" },
      "empty_caption a.caption",
    ],
    ["domain 0", { "a.png": png, "a.caption": "x --lora_up 0" }, "bad_lora_up a.caption"],
    [
      "a domain amid words",
      { "a.png": png, "a.caption": "x --lora_up 1 y" },
      "bad_lora_up a.caption",
    ],
    ["data as caption", { "a.png": png, "a.caption": png }, "unreadable_caption a.caption"],
    [
      "two captions",
      { "a.png": png, "a.caption": "x", "a.CAPTION": "y" },
      "duplicate_caption a.caption",
    ],
    [
      "two pages of a name",
      { "a.png": png, "a.jpg": png, "a.caption": "x" },
      "duplicate_picture a.png",
    ],
    ["no picture", { "a.png": "GIF", "a.caption": "x" }, "unreadable_picture a.png"],
    [
      "half a picture",
      { "a.png": png.subarray(0, 60), "a.caption": "x" },
      "unreadable_picture a.png",
    ],
    ["another format", { "a.heic": png }, "unsupported_picture a.heic"],
    ["nothing", { "notes.txt": "x" }, "no_examples"],
    ["no JSON", { ...frames(4), "captions.json": "[" }, "bad_captions_json captions.json"],
    [
      "an empty text",
      { ...frames(4), "captions.json": '["a","b"," ","d"]' },
      "bad_captions_json captions.json",
    ],
    [
      "too few texts",
      { ...frames(4), "captions.json": '["a","b","c"]' },
      "bad_captions_json captions.json",
    ],
    [
      "an unknown field",
      { ...frames(4), "captions.json": '{"subjects":"x"}' },
      "bad_captions_json captions.json",
    ],
  ])("%s", async (_, files, expected) => {
    const problems = await problemsOf(files);
    expect(problems).toHaveLength(1);
    const [{ code, file, message } = { code: "", file: "", message: "" }] = problems;
    const [wantedCode, wantedFile = ""] = expected.split(" ");
    expect(code).toBe(wantedCode);
    if (code === "missing_frame") expect(message).toMatch(/^frame [23] missing/);
    else expect(file.endsWith(wantedFile)).toBe(true);
    expect(message).toMatch(/;|or |--lora_up/);
  });

  test("sizes that differ within a sequence, and pages that are no square", async () => {
    const small = await picture("red", 10, 12);
    const codes = await codesOf({
      ...frames(4, "s"),
      "s/002.png": small,
      "s/captions.json": JSON.stringify(FOUR),
      "p/a.png": small,
      "p/a.caption": "x",
    });
    expect(codes.toSorted()).toEqual(["page_not_square a.png", "unequal_sizes 002.png"]);
  });

  test("all of it at once", async () => {
    const files = {
      "a.png": png,
      "b.png": "x",
      "b.caption": "",
      ...frames(3, "s"),
      "s/captions.json": "[]",
    };
    const folder = folderOf(files);
    const error = (await readDataset(folder, { pictures }).catch(
      (e: unknown) => e,
    )) as DatasetError;
    expect(error.code).toBe("bad_dataset");
    expect(error.message).toMatch(/^5 problems in /);
    for (const { file } of error.problems) expect(error.message).toContain(file);
    expect(error.problems.map(({ code }) => code).toSorted()).toEqual([
      "bad_captions_json",
      "empty_caption",
      "missing_caption",
      "unreadable_picture",
      "wrong_frame_count",
    ]);
  });

  test("no folder", async () => {
    const nowhere = path.join(temporaryFolder(), "nowhere");
    await expect(readDataset(nowhere, { pictures })).rejects.toThrow(/nowhere: is no folder/);
  });
});

test("links are followed, round in a circle only once, and broken ones named", async () => {
  const folder = folderOf({ "in/a.png": png, "in/a.caption": "x" });
  symlinkSync(folder, path.join(folder, "in", "up"));
  symlinkSync(path.join(folder, "in", "a.png"), path.join(folder, "in", "b.png"));
  writeFileSync(path.join(folder, "in", "b.caption"), "y");
  const { examples } = await readDataset(folder, { pictures });
  expect(examples.map(({ id }) => id)).toEqual(["in/a", "in/b"]);
  symlinkSync("nowhere", path.join(folder, "in", "c.png"));
  await expect(readDataset(folder, { pictures })).rejects.toThrow(
    /c\.png: cannot be read \(ENOENT\)/,
  );
});

test("reading stops when asked to", async () => {
  const folder = folderOf({ "a.png": png, "a.caption": "x" });
  const signal = AbortSignal.abort();
  await expect(readDataset(folder, { pictures, signal })).rejects.toThrow(/abort/);
});

function without(files: Record<string, Uint8Array>, name: string): Record<string, Uint8Array> {
  return Object.fromEntries(Object.entries(files).filter(([key]) => key !== name));
}
