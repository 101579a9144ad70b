// The tools that show and export one procedure, as the binding calls them.
import { readFileSync } from "node:fs";
import path from "node:path";
import { exportProcedure } from "#src/tools/export-procedure.js";
import { viewFrame } from "#src/tools/view-frame.js";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { exportContext, saveSample } from "../exports/sample.js";
import { temporaryFolder } from "../support/temporary.js";

const dataDir = temporaryFolder();
const context = exportContext(dataDir) as Parameters<typeof viewFrame.run>[0];
const run = {} as Parameters<typeof viewFrame.run>[2];

describe("view_frame", () => {
  test("gives one frame of the size asked for, with its caption", async () => {
    const { id } = await saveSample(context, ["one", "two"]);
    const input = viewFrame.input.parse({ procedure_id: id, step: 2, size: 300 });
    const { structured, blocks } = await viewFrame.run(context, input, run);
    expect(structured).toEqual({ procedure_id: id, step: 2, caption: "two" });
    const [, picture] = blocks;
    const jpeg = picture?.kind === "picture" ? picture.jpeg : new Uint8Array();
    expect(await sharp(jpeg).metadata()).toMatchObject({ format: "jpeg", width: 300 });
  });

  test("names the steps there are", async () => {
    const { id } = await saveSample(context, ["one", "two"]);
    const input = viewFrame.input.parse({ procedure_id: id, step: 3 });
    await expect(viewFrame.run(context, input, run)).rejects.toThrow(/from 1 to 2/);
  });
});

describe("export_procedure", () => {
  test("says in both halves where the file is, and links to it", async () => {
    const { id } = await saveSample(context, ["one", "two"]);
    const input = exportProcedure.input.parse({ procedure_id: id, format: "md" });
    const { structured, blocks } = await exportProcedure.run(context, input, run);
    const file = path.join(dataDir, "exports", id, "a-red-rocket-steps.md");
    const uri = `procedure://${id}/exports/a-red-rocket-steps.md`;
    const sizeBytes = readFileSync(file).length;
    expect(structured).toMatchObject({ file, uri, size_bytes: sizeBytes, warnings: [] });
    expect(blocks).toEqual([
      { kind: "text", text: expect.stringContaining(file) },
      { kind: "link", uri, name: path.basename(file), mimeType: "text/markdown", sizeBytes },
    ]);
  });

  test("refuses a format that it does not know with those it does", () => {
    const parsed = exportProcedure.input.safeParse({ procedure_id: "x", format: "docx" });
    expect(parsed.error?.issues[0]?.message).toMatch(/html, md, pdf, gif, webp, zip/);
  });
});
