import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { placeUnder } from "#src/engine/weights/lora/place.js";
import { temporaryFolder } from "../../../support/temporary.js";

const root = temporaryFolder();
const elsewhere = temporaryFolder();

function write(folder: string, name: string, text: string): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test("a file of the root stays where it is", async () => {
  const path = write(join(root, "loras"), "a.safetensors", "a");
  expect(await placeUnder(root, path)).toBe(join("loras", "a.safetensors"));
});

test("a file elsewhere gets a second name in the root, which takes no space", async () => {
  const path = write(elsewhere, "b.safetensors", "b");
  const name = await placeUnder(root, path);
  expect(statSync(join(root, name)).ino).toBe(statSync(path).ino);
  expect(await placeUnder(root, path)).toBe(name);
});

test("a link in the root is followed: what it leads to is what counts", async () => {
  const path = write(elsewhere, "c.safetensors", "c");
  symlinkSync(path, join(root, "c.safetensors"));
  const name = await placeUnder(root, join(root, "c.safetensors"));
  expect(name).not.toBe("c.safetensors");
  expect(readFileSync(join(root, name), "utf8")).toBe("c");
});

test("another file of the same name gets another place", async () => {
  const [first, second] = await Promise.all(
    ["one", "two"].map((text) =>
      placeUnder(root, write(join(elsewhere, text), "style.safetensors", text)),
    ),
  );
  expect(readFileSync(join(root, first!), "utf8")).toBe("one");
  expect(readFileSync(join(root, second!), "utf8")).toBe("two");
});

test("a root that takes nothing is said, with what to do", async () => {
  const path = write(elsewhere, "d.safetensors", "d");
  const file = write(root, "file", "");
  await expect(placeUnder(file, path)).rejects.toMatchObject({ code: "cannot_write" });
  await expect(placeUnder(file, path)).rejects.toThrow(
    /d\.safetensors must lie beside .* move it there/,
  );
});
