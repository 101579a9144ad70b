// What clients call the things of this server: addresses that name a procedure and a part of it.
import { ProcedureError } from "./error.js";
import type { Procedure, ProcedureStep } from "./procedure.js";
import type { Store } from "./store.js";
import { shorten } from "./words.js";

/** Their forms, as URI templates; steps are counted from 1. */
export const HANDLES = {
  step: "procedure://{id}/steps/{n}.png",
  page: "procedure://{id}/page.png",
  manifest: "procedure://{id}/manifest",
  tutorial: "procedure://{id}/tutorial.md",
  export: "procedure://{id}/exports/{file}",
};

export function stepUri(id: string, n: number): string {
  return HANDLES.step.replace("{id}", id).replace("{n}", String(n));
}

export function pageUri(id: string): string {
  return HANDLES.page.replace("{id}", id);
}

export function manifestUri(id: string): string {
  return HANDLES.manifest.replace("{id}", id);
}

export function tutorialUri(id: string): string {
  return HANDLES.tutorial.replace("{id}", id);
}

/** @param file - the name alone */
export function exportUri(id: string, file: string): string {
  return HANDLES.export.replace("{id}", id).replace("{file}", encodeURIComponent(file));
}

/** The step that a handle names. Throws `bad_source`, `no_such_step`, and what `load` throws. */
export async function findStep(
  store: Pick<Store, "load">,
  handle: string,
): Promise<{ procedure: Procedure; step: ProcedureStep }> {
  const [, id, n] = /^procedure:\/\/([^/]+)\/steps\/(\d{1,4})\.png$/.exec(handle) ?? [];
  if (id === undefined)
    throw new ProcedureError(
      "bad_source",
      `${shorten(handle, 200)} is no handle of a step; it goes ${HANDLES.step}`,
    );
  const procedure = await store.load(id);
  const step = procedure.steps[Number(n) - 1];
  if (step === undefined)
    throw new ProcedureError(
      "no_such_step",
      `${handle}: steps are counted from 1 to ${procedure.steps.length}`,
    );
  return { procedure, step };
}
