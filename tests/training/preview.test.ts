// Pictures on the way must never stop what they are pictures of.
import { previewPages } from "#src/training/preview.js";
import { expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";

const page = { name: "page-1", prompt: "a crane", sidePx: 48, domain: 0, known: [] };

test("a model that cannot paint costs the pictures alone, and says why", async () => {
  const warnings: string[] = [];
  const onWarning = (message: string) => void warnings.push(message);
  const preview = await previewPages(temporaryFolder(), [page], { task: "recraft", onWarning });
  expect(preview).toEqual([]);
  expect(warnings).toEqual([expect.stringMatching(/^no pictures on the way: .*model\.json/)]);
});
