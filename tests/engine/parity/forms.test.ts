import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readModelConfig } from "#src/engine/models/config.js";
import { CaseFile } from "#src/engine/parity/case-file.js";
import type { ParityResult } from "#src/engine/parity/compare.js";
import { formCases } from "#src/engine/parity/forms.js";
import { openSafetensors } from "#src/engine/weights/safetensors.js";

const reference = fileURLToPath(new URL("../../reference", import.meta.url));

test("converted weights compute what they stand for, and are as far off as they were rounded", async () => {
  const cases = new CaseFile(
    await openSafetensors(join(reference, "cases/transformer.safetensors")),
  );
  const results = new Map<string, ParityResult>();
  for await (const result of formCases(reference, await readModelConfig(reference), cases))
    results.set(result.name, result);
  expect([...results.values()].filter(({ pass }) => !pass)).toEqual([]);
  for (const form of ["f16", "8-bit", "4-bit"])
    expect(results.get(`transformer ${form} computed`)!.limit).toBe(1e-4);
  const rounded = (form: string) => results.get(`transformer ${form} rounded`)!;
  expect(rounded("f16").relativeRms).toBeLessThan(1e-5); // BF16 has fewer digits
  for (const [form, rms] of [
    ["8-bit", 0.0055],
    ["4-bit", 0.072],
  ] as const) {
    expect(rounded(form).relativeRms / rms).toBeCloseTo(1, 0.5);
    expect(rounded(form).limit / rms).toBeLessThan(5);
  }
});
