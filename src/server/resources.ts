// Full-size pictures and manifests, readable by their handles.
import { readFile } from "node:fs/promises";
import { type McpServer, ResourceTemplate } from "@modelcontextprotocol/sdk/server/mcp.js";
import {
  ErrorCode,
  McpError,
  type ReadResourceResult,
  type Resource,
} from "@modelcontextprotocol/sdk/types.js";
import { type Procedure, ProcedureError, type Store } from "../procedures/index.js";
import { MANIFEST_FILE, manifestUri, pageUri } from "../tools/index.js";

/** Listing is for people who browse: the newest so many procedures. */
const LISTED = 50;

export function bindResources(server: McpServer, store: Store): void {
  server.registerResource(
    "step",
    new ResourceTemplate("procedure://{id}/steps/{n}.png", { list: undefined }),
    {
      title: "A step",
      description: "The full-size picture of a step, counted from 1.",
      mimeType: "image/png",
    },
    (uri, { id, n }) =>
      read(uri, async () => {
        const { steps } = await store.load(String(id));
        const step = /^\d{1,4}$/.test(String(n)) ? steps[Number(n) - 1] : undefined;
        if (step === undefined)
          throw new ProcedureError(
            "no_such_step",
            `${uri.href}: steps are counted from 1 to ${steps.length}`,
          );
        return picture(uri, store.filePath(String(id), step.file));
      }),
  );
  server.registerResource(
    "page",
    new ResourceTemplate("procedure://{id}/page.png", { list: () => list(store, page) }),
    {
      title: "A page",
      description: "All steps of a procedure on one page.",
      mimeType: "image/png",
    },
    (uri, { id }) =>
      read(uri, async () => {
        const procedure = await store.load(String(id));
        return picture(uri, store.filePath(procedure.id, procedure.page));
      }),
  );
  server.registerResource(
    "manifest",
    new ResourceTemplate("procedure://{id}/manifest", { list: () => list(store, manifest) }),
    {
      title: "A manifest",
      description: "Everything about a procedure, as JSON.",
      mimeType: "application/json",
    },
    (uri, { id }) =>
      read(uri, async () => {
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

async function read(uri: URL, run: () => Promise<ReadResourceResult>): Promise<ReadResourceResult> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof ProcedureError)) throw error;
    throw new McpError(ErrorCode.InvalidParams, error.message, { uri: uri.href });
  }
}

async function list(
  store: Store,
  describe: (procedure: Procedure) => Resource,
): Promise<{ resources: Resource[] }> {
  const procedures = await store.list();
  return { resources: procedures.slice(0, LISTED).map(describe) };
}

function page({ id, domain, subject, steps }: Procedure): Resource {
  return { uri: pageUri(id), name: `${subject || "a picture"}, ${domain}, ${steps.length} steps` };
}

function manifest({ id, domain, subject }: Procedure): Resource {
  return { uri: manifestUri(id), name: `${subject || "a picture"}, ${domain}, manifest` };
}
