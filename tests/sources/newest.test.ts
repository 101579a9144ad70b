import { execFileSync } from "node:child_process";
import { mkdirSync, renameSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { entriesOf } from "#src/sources/entries.js";
import { newestPictures } from "#src/sources/index.js";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";

const root = temporaryFolder();
const top = path.join(root, "pictures");
const elsewhere = path.join(root, "elsewhere");

/** @param at - in s: the larger, the newer */
function put(file: string, at: number): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, "x".repeat(at));
  utimesSync(file, at, at);
}

async function names(options: Partial<Parameters<typeof newestPictures>[1]> = {}, folders = [top]) {
  const { pictures } = await newestPictures(folders, { limit: 100, ...options });
  return pictures.map(({ file }) => path.relative(top, file));
}

beforeAll(() => {
  put(path.join(top, "a.png"), 10);
  put(path.join(top, "b.JPG"), 30);
  put(path.join(top, "holiday", "c.heic"), 20);
  put(path.join(top, "holiday", "deep", "er", "d.webp"), 5);
  put(path.join(top, "holiday", "deep", "er", "still", "e.png"), 99);
  put(path.join(top, "text.txt"), 99);
  put(path.join(top, ".hidden.png"), 99);
  put(path.join(top, ".cache", "f.png"), 99);
  put(path.join(top, "node_modules", "g.png"), 99);
  put(path.join(top, "line\nbreak.png"), 99);
  put(path.join(top, "turned\u202Egnp.exe.png"), 99);
  put(path.join(elsewhere, "secret.png"), 99);
  mkdirSync(path.join(top, "folder.png"));
  symlinkSync(path.join(elsewhere, "secret.png"), path.join(top, "link.png"));
  symlinkSync(elsewhere, path.join(top, "way-out"));
  symlinkSync(top, path.join(top, "round"));
  if (process.platform !== "win32") execFileSync("mkfifo", [path.join(top, "pipe.png")]);
});

describe("the newest pictures", () => {
  test("come the newest first, from folders below too; nothing hidden, linked or deceiving", async () => {
    expect(await names()).toEqual(["b.JPG", "holiday/c.heic", "a.png", "holiday/deep/er/d.webp"]);
  });

  test("are as many as asked for, with size and time", async () => {
    const { pictures } = await newestPictures([top], { limit: 1 });
    expect(pictures).toEqual([
      { file: path.join(top, "b.JPG"), sizeBytes: 30, modifiedMs: 30_000 },
    ]);
  });

  test("can be asked for by a part of the name, in any case", async () => {
    expect(await names({ name: "B.j" })).toEqual(["b.JPG"]);
    expect(await names({ name: "holiday" })).toEqual([]);
  });

  test("come once where folders lie in each other, each searched to its own depth", async () => {
    const nested = path.join(top, "holiday", "deep");
    expect(await names({ depth: 3 }, [top, nested, nested])).toEqual([
      "holiday/deep/er/still/e.png",
      "b.JPG",
      "holiday/c.heic",
      "a.png",
      "holiday/deep/er/d.webp",
    ]);
  });

  test("leave out what is to be left out, and folders that are not there", async () => {
    const leaveOut = [path.join(top, "holiday")];
    expect(await names({ leaveOut }, [top, path.join(root, "none")])).toEqual(["b.JPG", "a.png"]);
  });

  test("are searched no deeper and no longer than allowed, and it is said", async () => {
    expect((await newestPictures([top], { limit: 9, depth: 9 })).complete).toBe(true);
    expect((await newestPictures([top], { limit: 9, depth: 1 })).complete).toBe(false);
    const { pictures, complete } = await newestPictures([top], { limit: 9, mostEntries: 0 });
    expect([pictures, complete]).toEqual([[], false]);
  });

  test("are not looked for in a folder that a link has taken the place of", async () => {
    const entries = async (of: string) => {
      for await (const { file } of entriesOf(of)) return file;
      return undefined;
    };
    const folder = path.join(root, "swapped");
    mkdirSync(folder);
    renameSync(folder, `${folder}-away`);
    symlinkSync(elsewhere, folder);
    expect(await entries(folder)).toBeUndefined();
    expect(await entries(elsewhere)).toBe(path.join(elsewhere, "secret.png"));
  });
});
