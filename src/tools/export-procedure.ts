// A procedure as a thing to keep: written into the data folder, and linked to.
import path from "node:path";
import { z } from "zod";
import { idArgument } from "./arguments.js";
import { defineTool, MAKES } from "./tool.js";
import { exportProcedure as writeExport, FORMAT_NAMES } from "../exports/index.js";
import { exportUri } from "../procedures/index.js";

export const exportProcedure = defineTool({
  name: "export_procedure",
  title: "Export a procedure",
  description:
    "Writes a procedure as something to keep, print or send: html (one page with a step player, printable), " +
    "pdf, md (Markdown with its pictures in a folder beside it), gif or webp (moving, with captions), " +
    "or zip (manifest, frames, page, Markdown). Returns the path; nothing that is there is overwritten.",
  input: z.strictObject({
    procedure_id: idArgument,
    format: z
      .enum(FORMAT_NAMES, `format must be one of ${FORMAT_NAMES.join(", ")};`)
      .describe("What to make of it."),
  }),
  output: z.object({
    procedure_id: z.string(),
    format: z.string(),
    file: z.string().describe("Absolute path."),
    uri: z.string().describe("The same file as a resource of this server."),
    mime_type: z.string(),
    size_bytes: z.number().int(),
    warnings: z.array(z.string()),
  }),
  annotations: MAKES,
  async run(context, { procedure_id, format }, { signal }) {
    const { file, mimeType, sizeBytes, warnings } = await writeExport(
      context,
      procedure_id,
      format,
      { signal },
    );
    const name = path.basename(file);
    const uri = exportUri(procedure_id, name);
    const told = [
      `Exported procedure ${procedure_id} as ${format}: ${file} (${uri}, ${mimeType}, ${sizeBytes} bytes)`,
      ...warnings.map((warning) => `Warning: ${warning}`),
    ];
    return {
      structured: {
        procedure_id,
        format,
        file,
        uri,
        mime_type: mimeType,
        size_bytes: sizeBytes,
        warnings,
      },
      blocks: [
        { kind: "text", text: told.join("\n") },
        { kind: "link", uri, name, mimeType, sizeBytes },
      ],
    };
  },
});
