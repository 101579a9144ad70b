import { mkdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import { folderOf, realFolders, rootFolders } from "#src/sources/index.js";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";

describe("a file", () => {
  test.each([
    ["/home/a/x.png", "/home/a"],
    ["/home/a", "/home/a"],
    ["/home/a/..dots/x.png", "/home/a"],
    ["/home/ab/x.png", undefined],
    ["/home/A/x.png", undefined],
    ["/home/x.png", undefined],
    ["/srv/pictures/x.png", "/srv"],
  ])("%s lies in %s", (file, folder) => {
    expect(folderOf(file, ["/home/a", "/srv"])).toBe(folder);
  });

  test.each(["/proc/self/environ", "/proc/1/root/x.png", "/sys/a", "/dev/zero", "/dev"])(
    "of the kernel's is in no folder, not even in the root: %s",
    (file) => {
      expect(folderOf(file, ["/"])).toBeUndefined();
    },
  );

  test("of the kernel's is in a folder there that was named", () => {
    expect(folderOf("/dev/shm/x.png", ["/", "/dev/shm"])).toBe("/dev/shm");
  });
});

test("folders are known by where they really are; one that is missing stays as it is", async () => {
  const root = temporaryFolder();
  mkdirSync(path.join(root, "real"));
  symlinkSync(path.join(root, "real"), path.join(root, "link"));
  const [link, none] = [path.join(root, "link"), path.join(root, "none")];
  expect(await realFolders([link, none])).toEqual([path.join(root, "real"), none]);
});

describe("a client's roots", () => {
  const folders = (...uris: string[]) => rootFolders(uris.map((uri) => ({ uri })));

  test("are folders of this machine", () => {
    expect(folders("file:///home/a%20b/", "file:///srv/../opt")).toEqual(["/home/a b", "/opt"]);
  });

  test.each([
    "",
    "/home/a",
    "https://example.org/",
    "file://host/share",
    "file:///a%2fb",
    "file:///a%00b",
    "file:///",
    "file:///..",
  ])("are not %j", (uri) => {
    expect(folders(uri)).toEqual([]);
  });

  test("are not without end", () => {
    expect(folders(...Array<string>(10_000).fill("file:///a"))).toHaveLength(64);
  });
});
