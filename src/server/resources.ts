// Procedures as resources: each part read by its handle, the newest procedures listed, handles completed.
import { type McpServer, ResourceTemplate } from "@modelcontextprotocol/sdk/server/mcp.js";
import type { Resource } from "@modelcontextprotocol/sdk/types.js";
import { type Part, PARTS } from "./procedure-parts.js";
import { orRefuse } from "./or-refuse.js";
import { type Context, type Procedure, suggestIds, suggestSteps } from "../procedures/index.js";

/** Listing is for people who browse: the newest so many procedures. */
const LISTED = 50;

export function bindResources(server: McpServer, context: Context): void {
  const { store } = context;
  const complete = {
    id: (start: string) => suggestIds(store, start),
    n: (start: string, given?: { arguments?: Record<string, string> }) =>
      suggestSteps(store, given?.arguments?.["id"] ?? "", start),
  };
  PARTS.forEach((part, i) => {
    const { name, title, description, mimeType, handle } = part;
    // One of them lists them all: the SDK asks each template by itself.
    const list = i === 0 ? () => listParts(context) : undefined;
    server.registerResource(
      name,
      new ResourceTemplate(handle, { list, complete }),
      { title, description, mimeType },
      ({ href: uri }, { id }) =>
        orRefuse(async () => {
          const content = await part.read(context, String(id), uri);
          const body =
            typeof content === "string"
              ? { text: content }
              : { blob: Buffer.from(content).toString("base64") };
          return { contents: [{ uri, mimeType, ...body }] };
        }),
    );
  });
}

async function listParts({ store }: Context): Promise<{ resources: Resource[] }> {
  const procedures = await store.list({ limit: LISTED });
  return { resources: procedures.flatMap((one) => PARTS.flatMap((part) => tell(part, one))) };
}

function tell({ name, uriOf, description, mimeType }: Part, procedure: Procedure): Resource[] {
  if (uriOf === undefined) return [];
  const { id, subject, domain } = procedure;
  const title = `${subject || "a picture"}, ${domain}: ${name}`;
  return [{ uri: uriOf(id), name: title, title, description, mimeType }];
}
