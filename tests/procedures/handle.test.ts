import { findStep, HANDLES, manifestUri, pageUri, stepUri } from "#src/procedures/handle.js";
import { createStore } from "#src/procedures/store.js";
import { expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";
import { sampleFiles, sampleProcedure } from "./fixtures/sample.mjs";

const store = createStore(temporaryFolder());
const procedure = sampleProcedure();
await store.save(procedure, sampleFiles(procedure.id));
const { id, steps } = procedure;

test("every handle is its template, filled in", () => {
  const filled = (template: string) => template.replace("{id}", id).replace("{n}", "3");
  expect(stepUri(id, 3)).toBe(filled(HANDLES.step));
  expect(pageUri(id)).toBe(filled(HANDLES.page));
  expect(manifestUri(id)).toBe(filled(HANDLES.manifest));
});

test("a step is found by its handle, as it is and as an address", async () => {
  for (const handle of [stepUri(id, 9), new URL(stepUri(id, 9)).href])
    expect(await findStep(store, handle)).toEqual({ procedure, step: steps[8] });
});

test.each([
  [stepUri(id, 0), "no_such_step"],
  [stepUri(id, 10), "no_such_step"],
  [stepUri("0".repeat(16), 1), "no_such_procedure"],
  [stepUri("..", 1), "no_such_procedure"],
  [stepUri(id, 10_000), "bad_source"],
  [stepUri(id, -1), "bad_source"],
  [pageUri(id), "bad_source"],
  [`${stepUri(id, 1)}\n`, "bad_source"],
])("%j leads to no step", async (handle, code) => {
  await expect(findStep(store, handle)).rejects.toMatchObject({ code });
});
