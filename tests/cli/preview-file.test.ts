import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, expect, test, vi } from "vitest";
import { createPreviewFile } from "#src/cli/preview-file.js";
import { pictureOperations } from "#src/pictures/index.js";
import { temporaryFolder } from "../support/temporary.js";

const progress = (grey: number) => ({
  fraction: 0.5,
  message: "painting",
  preview: { width: 4, height: 2, data: new Uint8Array(24).fill(grey) },
});
afterEach(() => vi.restoreAllMocks());

test("the file is the latest picture, and nothing else is left beside it", async () => {
  const folder = temporaryFolder();
  const file = join(folder, "page.png");
  const preview = createPreviewFile(file, pictureOperations());
  preview.show({ fraction: 0.1, message: "loading" });
  await preview.settled();
  expect(readdirSync(folder)).toEqual([]);
  preview.show(progress(10));
  preview.show(progress(200));
  await preview.settled();
  expect(readdirSync(folder)).toEqual(["page.png"]);
  const { data, info } = await sharp(readFileSync(file))
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect([info.width, info.height, data[0]]).toEqual([4, 2, 200]);
});

test("a file that cannot be written is said once, and stops nothing", async () => {
  const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const preview = createPreviewFile(join(temporaryFolder(), "no", "page.png"), pictureOperations());
  preview.show(progress(10));
  preview.show(progress(20));
  await preview.settled();
  expect(said).toHaveBeenCalledTimes(1);
  expect(said.mock.calls[0]![0]).toMatch(/--preview: ENOENT/);
});
