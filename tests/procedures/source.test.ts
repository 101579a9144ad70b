import {
  mkdirSync,
  realpathSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { pictureOperations } from "#src/pictures/index.js";
import { findPicture } from "#src/procedures/source.js";
import { createStore } from "#src/procedures/store.js";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";
import { plain } from "../pictures/made.js";
import { sampleFiles, sampleProcedure } from "./fixtures/sample.mjs";

const root = temporaryFolder();
const allowed = path.join(root, "allowed");
const picture = path.join(allowed, "picture.png");
const secret = path.join(root, "secret.png");
const dataDir = path.join(root, "data");
const store = createStore(dataDir);
const options = { allowedFolders: [allowed], homeDir: allowed, dataDir, store };
const find = (image: string) => findPicture(image, options);

beforeAll(() => {
  mkdirSync(path.join(allowed, "deep"), { recursive: true });
  writeFileSync(picture, "p");
  writeFileSync(secret, "s");
  writeFileSync(path.join(allowed, "..dots.png"), "d");
  writeFileSync(path.join(allowed, "deep", "newer.png"), "n");
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
    expect(await find(image)).toEqual({
      source: { path: picture, within: [allowed] },
      origin: "file",
    });
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
    ["invented by another model", "sandbox:/mnt/data/cat.png"],
    ["in other letters", path.join(root, "ALLOWED", "picture.png")],
    ["of the kernel's", "/proc/self/environ"],
    ["through the kernel's links", `/proc/self/root${secret}`],
    ["by an open file's number", "/proc/self/fd/0"],
  ])("that leads outside is refused: %s", async (_, image) => {
    await expect(find(image)).rejects.toMatchObject({ code: "not_allowed" });
    await expect(find(image)).rejects.toThrow(`saved in one of ${allowed}`);
  });

  test.each(["/mnt/user-data/uploads/cat.png", "/mnt/data/cat.png", "cat.png", "attachment://1"])(
    "that a model made up, as %s, is answered with the newest pictures there are",
    async (image) => {
      await expect(find(image)).rejects.toThrow(
        /attached to a chat .*newest pictures there: .*newer\.png, .*picture\.png\. find_images/,
      );
    },
  );

  test("that is wrong but ends in the name of a picture there is answered with that one", async () => {
    await expect(find("/mnt/data/picture.png")).rejects.toThrow(
      `One of that name is there: ${picture}.`,
    );
  });

  test("of the kernel's is refused even where everything is allowed", async () => {
    const all = { ...options, allowedFolders: ["/"] };
    expect((await findPicture(secret, all)).source).toMatchObject({ path: secret });
    for (const image of ["/proc/self/environ", "/dev/zero", "/sys/kernel/notes"])
      await expect(findPicture(image, all)).rejects.toMatchObject({ code: "not_allowed" });
  });

  test("in a folder that the client works in is found as long as it works there", async () => {
    let roots = [root];
    const client = { ...options, clientFolders: async () => roots };
    expect((await findPicture(secret, client)).source).toEqual({
      path: secret,
      within: [allowed, root],
    });
    roots = [];
    await expect(findPicture(secret, client)).rejects.toMatchObject({ code: "not_allowed" });
  });

  test("whose folder is swapped for a link after it was found is not read", async () => {
    const swapped = path.join(allowed, "swapped");
    const outside = path.join(root, "outside");
    for (const folder of [swapped, outside]) mkdirSync(folder);
    writeFileSync(path.join(swapped, "p.png"), await plain().png().toBuffer());
    writeFileSync(path.join(outside, "p.png"), await plain().png().toBuffer());
    const { source } = await find(path.join(swapped, "p.png"));
    const open = () => pictureOperations().open({ source, maxSidePx: 64 });
    expect((await open()).widthPx).toBe(60);
    renameSync(swapped, `${swapped}-away`);
    symlinkSync(outside, swapped);
    await expect(open()).rejects.toMatchObject({ code: "moved" });
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

  test.each(["", "picture.png", "a\0b", "file:///a%00b", "file://host/a.png", "ftp://x/y"])(
    "%j is no source",
    async (image) => {
      await expect(find(image)).rejects.toMatchObject({ code: "bad_source" });
    },
  );
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

describe("an address of the web", () => {
  test.each(["https://example.org/a.png", "HTTPS://example.org/a.png", "http://127.0.0.1/"])(
    "%s is not read unless that is switched on",
    async (image) => {
      await expect(find(image)).rejects.toThrow(/allowUrls/);
    },
  );

  test.each([
    ["https://127.0.0.1/a.png", "not_public"],
    ["https://[::ffff:169.254.169.254]/latest/meta-data", "not_public"],
    ["http://example.org/a.png", "bad_url"],
    ["https://me:secret@example.org/a.png", "bad_url"],
    ["https://", "bad_url"],
  ])("%s is refused when it is switched on", async (image, code) => {
    await expect(findPicture(image, { ...options, allowUrls: true })).rejects.toMatchObject({
      name: "ProcedureError",
      code,
    });
  });
});

describe("whatever is given", () => {
  const sources = fc.oneof(
    fc.string(),
    fc.string({ unit: "binary" }),
    fc.webUrl({ withFragments: true, withQueryParameters: true }),
    fc
      .tuple(
        fc.constantFrom(
          "/",
          "~/",
          "file://",
          "file:///",
          "data:",
          "sandbox:/",
          "procedure://",
          "\\\\",
          "C:\\",
          `${allowed}/`,
        ),
        fc.array(
          fc.constantFrom(
            "..",
            ".",
            "%2e%2e",
            "picture.png",
            "way-out.png",
            "way-up",
            "secret.png",
            ";base64,",
            "a",
            "\0",
            "steps/1.png",
          ),
          { maxLength: 6 },
        ),
      )
      .map(([start, parts]) => start + parts.join("/")),
  );

  test("a file that is found lies inside, and all else is refused in words of our own", async () => {
    await fc.assert(
      fc.asyncProperty(sources, async (image) => {
        const found: unknown = await find(image).catch((error: unknown) => error);
        if (found instanceof Error) {
          expect(found).toMatchObject({ name: "ProcedureError" });
          expect(found.message.length).toBeLessThan(3000);
          return;
        }
        const { source } = found as Awaited<ReturnType<typeof find>>;
        if ("path" in source) expect(realpathSync(source.path).startsWith(`${allowed}`)).toBe(true);
      }),
      { numRuns: 300 },
    );
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

  test("is not needed where the path of a file is known, and the procedure may be loaded", async () => {
    const procedure = sampleProcedure();
    await store.save(procedure, sampleFiles(procedure.id));
    const file = store.filePath(procedure.id, procedure.steps[0]!.file);
    const all = { ...options, allowedFolders: [root] };
    expect(await findPicture(file, all)).toMatchObject({ source: { path: file }, procedure });
    const exported = path.join(dataDir, "exports", procedure.id, "rocket.gif");
    mkdirSync(path.dirname(exported), { recursive: true });
    writeFileSync(exported, "g");
    expect(await findPicture(exported, all)).toMatchObject({
      source: { path: exported },
      procedure,
    });
    const foreign = new Error("somebody else's");
    const load = () => Promise.reject(foreign);
    for (const image of [file, exported])
      await expect(findPicture(image, { ...all, store: { ...store, load } })).rejects.toBe(foreign);
  });

  test.each([
    ["procedure://../steps/1.png", "no_such_procedure"],
    ["procedure://0000000000000000/steps/1.png", "no_such_procedure"],
    ["procedure://x/page.png", "bad_source"],
  ])("%s is refused", async (handle, code) => {
    await expect(find(handle)).rejects.toMatchObject({ code });
  });
});
