import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parity } from "#src/engine/index.js";

const formats = fileURLToPath(new URL("../../../shared/reference/formats", import.meta.url));
const isMissing = !existsSync(formats);

describe.skipIf(isMissing)(
  isMissing ? "files of every format (skipped: they are not here)" : "files of every format",
  () => {
    test("give the original's numbers, or are refused for what they are", async () => {
      const results = [];
      for await (const result of parity(formats)) results.push(result);
      expect(results.filter(({ pass }) => !pass)).toEqual([]);
      const refused = results.filter(({ measure }) => measure === "differing fields");
      expect(refused.length).toBeGreaterThan(10);
      expect(results.length - refused.length).toBeGreaterThan(25);
    }, 120_000);
  },
);
