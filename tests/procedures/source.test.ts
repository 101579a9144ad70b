import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { findPicture } from "#src/procedures/source.js";
import { createStore } from "#src/procedures/store.js";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";
import { sampleFiles, sampleProcedure } from "./fixtures/sample.mjs";

const root = temporaryFolder();
const allowed = path.join(root, "allowed");
const picture = path.join(allowed, "picture.png");
const secret = path.join(root, "secret.png");
const store = createStore(path.join(root, "data"));
const options = { allowedFolders: [allowed], homeDir: allowed, store };
const find = (image: string) => findPicture(image, options);

beforeAll(() => {
  mkdirSync(path.join(allowed, "deep"), { recursive: true });
  writeFileSync(picture, "p");
  writeFileSync(secret, "s");
  writeFileSync(path.join(allowed, "..dots.png"), "d");
  utimesSync(picture, 1, 1);
  symlinkSync(secret, path.join(allowed, "way-out.png"));
  symlinkSync(root, path.join(allowed, "way-up"));
  symlinkSync(allowed, path.join(root, "way-in"));
});

describe("a path", () => {
  test.each([
    ["as it is", picture],
    ["as file://", pathToFileURL(picture).href],
    ["from the home folder", "~/picture.png"],
    ["with dots that stay inside", path.join(allowed, "deep") + "/../picture.png"],
    ["through a link that leads inside", path.join(root, "way-in", "picture.png")],
  ])("%s is found where it really lies", async (_, image) => {
    expect(await find(image)).toEqual({ source: { path: picture }, origin: "file" });
  });

  test("whose name begins with two dots is inside", async () => {
    expect((await find(path.join(allowed, "..dots.png"))).origin).toBe("file");
  });

  test.each([
    ["plain", secret],
    ["with dots", path.join(allowed, "deep") + "/../../secret.png"],
    ["by a link", path.join(allowed, "way-out.png")],
    ["through a folder that is a link", path.join(allowed, "way-up", "secret.png")],
    ["with encoded dots", `${pathToFileURL(allowed).href}/%2e%2e/secret.png`],
    ["beside a folder of the same beginning", `${allowed}-not/secret.png`],
    ["invented by a model", "/mnt/user-data/uploads/cat.png"],
  ])("that leads outside is refused: %s", async (_, image) => {
    await expect(find(image)).rejects.toMatchObject({ code: "not_allowed" });
    await expect(find(image)).rejects.toThrow(`saved in one of ${allowed}`);
  });

  test("an answer says the newest pictures there", async () => {
    await expect(find("/mnt/user-data/uploads/cat.png")).rejects.toThrow(
      /newest pictures there: .*dots\.png, .*picture\.png/,
    );
  });

  test("outside is refused in the same words whether it exists or not", async () => {
    const words = async (file: string) =>
      ((await find(file).catch((error: unknown) => error)) as Error).message.replace(file, "");
    expect(await words(secret)).toBe(await words(path.join(root, "nothing.png")));
  });

  test("inside where nothing is has a code of its own", async () => {
    await expect(find(path.join(allowed, "nothing.png"))).rejects.toMatchObject({
      code: "no_such_file",
    });
  });

  test("typed by a person may lie anywhere, also relative", async () => {
    const typed = { ...options, typedIn: root };
    expect((await findPicture("secret.png", typed)).source).toEqual({ path: secret });
    await expect(findPicture("nothing.png", typed)).rejects.toThrow("no such file");
  });

  test.each([
    "",
    "picture.png",
    "a\0b",
    "https://example.org/a.png",
    "file://host/a.png",
    "ftp://x/y",
  ])("%j is no source", async (image) => {
    await expect(find(image)).rejects.toMatchObject({ code: "bad_source" });
  });
});

describe("a data: URI", () => {
  test("is decoded", async () => {
    const found = await find(`data:image/png;base64,${Buffer.from("abc").toString("base64")}`);
    expect(found).toMatchObject({ origin: "data", source: { bytes: Buffer.from("abc") } });
  });

  test.each(["data:", "data:image/svg+xml,<svg/>"])("must be in base64: %s", async (uri) => {
    await expect(find(uri)).rejects.toThrow("base64");
  });
});

describe("a handle", () => {
  test("names a step of a procedure, counted from 1", async () => {
    const procedure = sampleProcedure();
    await store.save(procedure, sampleFiles(procedure.id));
    const handle = `procedure://${procedure.id}/steps/1.png`;
    expect(await find(handle)).toEqual({
      source: { path: store.filePath(procedure.id, procedure.steps[0]!.file) },
      origin: handle,
      procedure,
    });
    await expect(find(handle.replace("1.png", "99.png"))).rejects.toThrow(/counted from 1 to 9/);
  });

  test.each([
    ["procedure://../steps/1.png", "no_such_procedure"],
    ["procedure://0000000000000000/steps/1.png", "no_such_procedure"],
    ["procedure://x/page.png", "bad_source"],
  ])("%s is refused", async (handle, code) => {
    await expect(find(handle)).rejects.toMatchObject({ code });
  });
});
