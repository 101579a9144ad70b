// All that a procedure is, in one file: manifest, frames, page, and the tutorial that shows them.
import { readFile } from "node:fs/promises";
import { type AsyncZippable, zip } from "fflate";
import type { Render } from "./format.js";
import { renderMarkdown } from "./markdown.js";
import { stepName, stepPngs } from "./pictures.js";
import { MANIFEST_FILE, type Procedure } from "../procedures/index.js";

export const exportZip: Render = async (source) => {
  const { procedure, tutorial, page, signal } = source;
  const pngs = { ...(await stepPngs(source)), "page.png": await readFile(page, { signal }) };
  const bytes = await pack({
    [MANIFEST_FILE]: Buffer.from(manifestOf(procedure)),
    "tutorial.md": Buffer.from(renderMarkdown(tutorial, stepName)),
    // PNG is compressed already.
    ...Object.fromEntries(Object.entries(pngs).map(([name, png]) => [name, [png, { level: 0 }]])),
  });
  return { bytes: () => bytes };
};

/** The manifest with the names that the files have here; whose it is stays here. */
function manifestOf(procedure: Procedure): string {
  const { owner: _, original: __, ...open } = procedure;
  const steps = procedure.steps.map((step, i) => ({ ...step, file: stepName(i) }));
  return `${JSON.stringify({ ...open, steps, page: "page.png" }, null, 2)}\n`;
}

function pack(files: AsyncZippable): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    zip(files, (error, bytes) => (error ? reject(error) : resolve(bytes)));
  });
}
