// `makeanything export`: a procedure as something to keep.
import path from "node:path";
import { configFrom, contextFrom, type Flags } from "./settings.js";
import { exportProcedure, type FormatName, writeTo } from "../exports/index.js";
import { makeFolder } from "../make-folder.js";

export interface ExportFlags extends Flags {
  format: FormatName;
  /** the file to write */
  out?: string;
  json?: boolean;
}

export async function exportTo(
  id: string,
  { format, out, json, ...flags }: ExportFlags,
  signal: AbortSignal,
): Promise<void> {
  const context = await contextFrom(configFrom(flags));
  try {
    const exported = await exportProcedure(context, id, format, {
      signal,
      ...(out !== undefined && {
        save: async (rendered) => {
          const file = path.resolve(out);
          await makeFolder(path.dirname(file));
          await writeTo(file, rendered);
          return file;
        },
      }),
    });
    const { file, mimeType, sizeBytes, warnings } = exported;
    if (json)
      return console.log(
        JSON.stringify({ file, mime_type: mimeType, size_bytes: sizeBytes, warnings }),
      );
    console.log(`${file}  ${Math.ceil(sizeBytes / 1024)} KiB`);
    for (const warning of warnings) console.log(`Warning: ${warning}`);
  } finally {
    await context.close();
  }
}
