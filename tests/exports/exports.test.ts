import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { inflateSync } from "node:zlib";
import { exportProcedure } from "#src/exports/index.js";
import { strFromU8, unzipSync } from "fflate";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";
import { CAPTIONS, exportContext, saveSample } from "./sample.js";

const dataDir = temporaryFolder();
const context = exportContext(dataDir);

async function exported(format: Parameters<typeof exportProcedure>[2], captions?: string[]) {
  const procedure = await saveSample(context, captions);
  const result = await exportProcedure(context, procedure.id, format);
  return { ...result, procedure, text: readFileSync(result.file, "utf8") };
}

describe("html", () => {
  test("is one file whose only script is its own, whatever the captions hold", async () => {
    const { text, mimeType } = await exported("html");
    expect(mimeType).toBe("text/html");
    expect(text.match(/<script/g)).toHaveLength(1);
    expect(text).not.toMatch(/<img src=x|javascript:alert\(3\)\)" /);
    expect(text).not.toMatch(/(src|href)="(?!data:)/);
    expect(text).toContain("&#60;script&#62;alert(1)");
    for (const caption of CAPTIONS.slice(1, 4)) expect(text).toContain(`alt="${caption}"`);
  });

  test("carries every picture once", async () => {
    const { text } = await exported("html", ["one", "two"]);
    expect(text.match(/data:image\/jpeg;base64,/g)).toHaveLength(2);
  });
});

describe("md", () => {
  test("has its pictures in a folder beside it, byte for byte", async () => {
    const { file, text, procedure } = await exported("md");
    const links = [...text.matchAll(/\]\(([^)]+\.png)\)/g)].map(([, link]) => link!);
    expect(links).toHaveLength(5);
    for (const [i, link] of links.entries())
      expect(
        readFileSync(path.join(path.dirname(file), decodeURIComponent(link))).equals(
          readFileSync(context.store.filePath(procedure.id, procedure.steps[i]!.file)),
        ),
      ).toBe(true);
  });

  test("means nothing but its words", async () => {
    const { text } = await exported("md", [CAPTIONS[0]!, "1. no list", "- no list", "https://x.y"]);
    expect(text).toContain("\\<script\\>");
    expect(text).toContain("\\[c\\](javascript");
    expect(text).toContain("\n1\\. no list\n");
    expect(text).toContain("\n\\- no list\n");
    expect(text).not.toMatch(/[^\\][<>]|https:/);
  });
});

describe("pdf", () => {
  /** Everything that is drawn, with the streams undone. */
  function contentOf(pdf: Buffer): string {
    const streams = [...pdf.toString("latin1").matchAll(/stream\n([^]*?)\nendstream/g)];
    const drawn = streams.map(([, stream]) => {
      try {
        return inflateSync(Buffer.from(stream!, "latin1")).toString("latin1");
      } catch {
        return ""; // a picture
      }
    });
    return drawn.join("\n");
  }

  const utf16 = (text: string) => Buffer.from(text, "utf16le").swap16().toString("latin1");
  const escapes: Record<string, string> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };
  const unescape = (text: string) =>
    text.replace(/\\(.)/g, (_, letter: string) => escapes[letter] ?? letter);

  test("says in letters what it draws as a picture of letters", async () => {
    const { file } = await exported("pdf");
    const pdf = readFileSync(file);
    const content = unescape(contentOf(pdf));
    for (const caption of CAPTIONS.slice(1, 4)) expect(content).toContain(utf16(caption));
    expect(content.match(/\/ActualText/g)).toHaveLength(3);
    expect(pdf.toString("latin1")).toMatch(/\/MarkInfo/);
  });

  test.each([
    [2, 1],
    [9, 1],
    [60, 7],
  ])("of %i steps has %i pages", async (count, pages) => {
    const { file } = await exported(
      "pdf",
      Array.from({ length: count }, (_, i) => `Do this, and that, and then the other: ${i}.`),
    );
    const found = readFileSync(file, "latin1").match(/\/Type \/Page\n/g);
    expect(found).toHaveLength(pages);
  });
});

test.each(["gif", "webp"] as const)("%s plays every step, each for a while", async (format) => {
  const { file } = await exported(format, ["short", "x".repeat(120), "第三步"]);
  const { pages, delay, loop, width, pageHeight } = await sharp(readFileSync(file), {
    pages: -1,
  }).metadata();
  expect({ pages, delay, loop, width }).toEqual({
    pages: 3,
    delay: [1500, 3300, 1500],
    loop: 0,
    width: 512,
  });
  expect(pageHeight).toBeGreaterThan(540);
});

test("zip holds the procedure, and nothing about whose it is", async () => {
  const owned = { ...context, store: context.store.ownedBy("secret-owner") };
  const { id } = await saveSample(owned);
  const { file } = await exportProcedure(owned, id, "zip");
  const files = unzipSync(readFileSync(file));
  const pictures = ["1", "2", "3", "4", "5"].map((n) => `step-0${n}.png`);
  expect(Object.keys(files)).toEqual(["manifest.json", "tutorial.md", ...pictures, "page.png"]);
  const manifest = strFromU8(files["manifest.json"]!);
  expect(JSON.parse(manifest)).toMatchObject({
    id,
    steps: [{ file: "step-01.png" }, {}, {}, {}, {}],
  });
  expect(manifest).not.toContain("secret-owner");
  expect(strFromU8(files["tutorial.md"]!)).toContain("](step-05.png)");
});

describe("an export", () => {
  test.each([
    ["md", 6],
    ["zip", 3],
  ] as const)("to %s never overwrites: the next one has another name", async (format, count) => {
    const { id } = await saveSample(context, ["one", "two"]);
    const names = [];
    for (let i = 0; i < 3; i++)
      names.push(path.parse((await exportProcedure(context, id, format)).file).name);
    expect(names).toEqual(["a-red-rocket-steps", "a-red-rocket-steps-2", "a-red-rocket-steps-3"]);
    expect(readdirSync(path.join(dataDir, "exports", id))).toHaveLength(count);
  });

  test("leaves nothing half done beside a folder that is somebody's", async () => {
    const { id } = await saveSample(context, ["one", "two"]);
    const folder = path.join(dataDir, "exports", id, "a-red-rocket-steps");
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, "mine.txt"), "mine");
    const { file } = await exportProcedure(context, id, "md");
    expect(path.basename(file)).toBe("a-red-rocket-steps-2.md");
    expect(readdirSync(folder)).toEqual(["mine.txt"]);
  });

  test.each([
    ["../../etc/passwd", "etc-passwd-steps.zip"],
    ["con", "con-steps.zip"],
    ["", "procedure-steps.zip"],
    ["赤いロケット！", "赤いロケット-steps.zip"],
  ])("of “%s” is called %s", async (subject, name) => {
    const { id } = await saveSample(context, ["one", "two"], { subject });
    const { file } = await exportProcedure(context, id, "zip");
    expect(file).toBe(path.join(dataDir, "exports", id, name));
    expect(existsSync(file)).toBe(true);
  });

  test("says which letters no font here has", async () => {
    const { id } = await saveSample(context, ["never assigned: \u0378", "two"]);
    const { warnings } = await exportProcedure(context, id, "pdf");
    expect(warnings.join()).toContain("(\u0378)");
  });

  test.each(["html", "md", "pdf", "gif", "webp", "zip"] as const)(
    "to %s survives captions of nothing but invisible letters, halves and non-characters",
    async (format) => {
      const captions = [
        "",
        "\u200d\u3164",
        "\uFFFF\uFFFE",
        "\uD800",
        "\u202Eabc",
        "x".repeat(5000),
      ];
      const { id } = await saveSample(context, captions);
      expect((await exportProcedure(context, id, format)).sizeBytes).toBeGreaterThan(100);
    },
  );

  test("of a procedure that is not there says so", async () => {
    await expect(exportProcedure(context, "nothing", "html")).rejects.toThrow(/there is none/);
  });
});
