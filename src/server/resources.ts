// Full-size pictures and manifests, readable by their handles.
import { readFile } from "node:fs/promises";
import { type McpServer, ResourceTemplate } from "@modelcontextprotocol/sdk/server/mcp.js";
import {
  ErrorCode,
  type ReadResourceResult,
  type Resource,
} from "@modelcontextprotocol/sdk/types.js";
import {
  findStep,
  HANDLES,
  MANIFEST_FILE,
  manifestUri,
  pageUri,
  type Procedure,
  ProcedureError,
  type Store,
} from "../procedures/index.js";

/** Listing is for people who browse: the newest so many procedures. */
const LISTED = 50;

export function bindResources(server: McpServer, store: Store): void {
  server.registerResource(
    "step",
    new ResourceTemplate(HANDLES.step, { list: undefined }),
    {
      title: "A step",
      description: "The full-size picture of a step, counted from 1.",
      mimeType: "image/png",
    },
    (uri) =>
      read(async () => {
        const { procedure, step } = await findStep(store, uri.href);
        return picture(uri, store.filePath(procedure.id, step.file));
      }),
  );
  server.registerResource(
    "page",
    new ResourceTemplate(HANDLES.page, { list: () => list(store, page) }),
    {
      title: "A page",
      description: "All steps of a procedure on one page.",
      mimeType: "image/png",
    },
    (uri, { id }) =>
      read(async () => {
        const procedure = await store.load(String(id));
        return picture(uri, store.filePath(procedure.id, procedure.page));
      }),
  );
  server.registerResource(
    "manifest",
    new ResourceTemplate(HANDLES.manifest, { list: () => list(store, manifest) }),
    {
      title: "A manifest",
      description: "Everything about a procedure, as JSON.",
      mimeType: "application/json",
    },
    (uri, { id }) =>
      read(async () => {
        const procedure = await store.load(String(id));
        const text = await readFile(store.filePath(procedure.id, MANIFEST_FILE), "utf8");
        return { contents: [{ uri: uri.href, mimeType: "application/json", text }] };
      }),
  );
}

async function picture(uri: URL, file: string): Promise<ReadResourceResult> {
  const blob = (await readFile(file)).toString("base64");
  return { contents: [{ uri: uri.href, mimeType: "image/png", blob }] };
}

async function read(run: () => Promise<ReadResourceResult>): Promise<ReadResourceResult> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof ProcedureError)) throw error;
    // McpError would say "MCP error" once here and once more at the client.
    throw Object.assign(new Error(error.message), { code: ErrorCode.InvalidParams });
  }
}

async function list(
  store: Store,
  describe: (procedure: Procedure) => Resource,
): Promise<{ resources: Resource[] }> {
  const procedures = await store.list({ limit: LISTED });
  return { resources: procedures.map(describe) };
}

function page(procedure: Procedure): Resource {
  const title = `${nameOf(procedure)}, ${procedure.steps.length} steps on one page`;
  return { uri: pageUri(procedure.id), name: title, title };
}

function manifest(procedure: Procedure): Resource {
  const title = `${nameOf(procedure)}, manifest`;
  return { uri: manifestUri(procedure.id), name: title, title };
}

function nameOf({ subject, domain }: Procedure): string {
  return `${subject || "a picture"}, ${domain}`;
}
