// What was exported, readable by the links that `export_procedure` gives.
import { type McpServer, ResourceTemplate } from "@modelcontextprotocol/sdk/server/mcp.js";
import { orRefuse } from "./or-refuse.js";
import { readExport } from "../exports/index.js";
import { type Context, HANDLES } from "../procedures/index.js";

export function bindExports(server: McpServer, context: Context): void {
  server.registerResource(
    "export",
    new ResourceTemplate(HANDLES.export, { list: undefined }),
    { title: "An export", description: "A procedure as export_procedure has written it." },
    ({ href: uri }, { id, file }) =>
      orRefuse(async () => {
        const name = decodeURIComponent(String(file));
        const { bytes, mimeType } = await readExport(context, String(id), name);
        const blob = Buffer.from(bytes).toString("base64");
        return { contents: [{ uri, mimeType, blob }] };
      }),
  );
}
