import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fingerprint } from "#src/engine/weights/fingerprint.js";
import { temporaryFolder } from "../../support/temporary.js";

const folder = temporaryFolder();

test("a folder's fingerprint, and its index's, changes with each of its files of weights", async () => {
  mkdirSync(join(folder, "transformer"));
  const shards = ["one.safetensors", "two.safetensors"].map((name) =>
    join(folder, "transformer", name),
  );
  const index = join(folder, "transformer", "model.safetensors.index.json");
  for (const path of [...shards, index]) writeFileSync(path, "weights");
  const seen = new Set([await fingerprint(index)]);
  expect(await fingerprint(folder)).toBe(await fingerprint(index));
  for (const path of shards) {
    writeFileSync(path, "other weights");
    seen.add(await fingerprint(index));
    expect(await fingerprint(folder)).toBe(await fingerprint(index));
  }
  expect(seen.size).toBe(3);
  expect(await fingerprint(shards[0]!)).toMatch(/^[0-9a-f]{12}$/);
});
