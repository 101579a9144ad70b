// Two people share a server: what one has made is none of the other's, by whatever way they ask.
import path from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import {
  type CallToolResult,
  ResourceListChangedNotificationSchema,
  ResourceUpdatedNotificationSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { HANDLES, manifestUri, pageUri, stepUri } from "#src/procedures/index.js";
import { createHttpServer, type HttpServer } from "#src/server/http/index.js";
import { createServer } from "#src/server/index.js";
import { createTools } from "#src/tools/index.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Gate, openGate } from "../../procedures/jobs/gate.js";
import { temporaryFolder } from "../../support/temporary.js";
import { textOf } from "../session.js";
import { ANN, BOB, silent } from "./harness.js";

const settings = { previewBudgetBytes: 700_000, previewSidePx: 256 };
const rocket = { subject: "a striped rocket", domain: "sketch", frames: 4, seed: 1 };

let gate: Gate;
let http: HttpServer;
let url: string;
let ann: Client;
let bob: Client;
/** Ann's: one that is made, and one that is being made. */
let made: string;
let running: string;
let exported: string;
/** The news, by who heard them. */
const heard = { ann: new Set<string>(), bob: new Set<string>() };

beforeAll(async () => {
  gate = await openGate(temporaryFolder());
  const { context, jobs } = gate;
  http = await createHttpServer({
    tokens: [ANN, BOB],
    log: silent,
    openServer: ({ owner }) =>
      createServer({ context, jobs, owner, settings, log: silent, version: "1" }),
  });
  url = await http.listen({ host: "127.0.0.1", port: 0 });
  [ann, bob] = [await connect(ANN.token), await connect(BOB.token)];
  hear(ann, heard.ann);
  hear(bob, heard.bob);
  made = await begin();
  for (const client of [ann, bob]) await client.subscribeResource({ uri: manifestUri(made) });
  await gate.open();
  await call(ann, "get_procedure", { procedure_id: made });
  const { uri } = (await call(ann, "export_procedure", { procedure_id: made, format: "md" }))
    .structuredContent as { uri: string };
  exported = uri;
  running = await begin();
});
afterAll(async () => {
  await gate.jobs.close();
  await Promise.all([ann.close(), bob.close()]);
  await http.close();
});

async function connect(token: string): Promise<Client> {
  const client = new Client({ name: "test", version: "1" });
  const headers = { Authorization: `Bearer ${token}` };
  const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } });
  await client.connect(transport as Parameters<Client["connect"]>[0]);
  return client;
}

function hear(client: Client, news: Set<string>): void {
  for (const schema of [ResourceListChangedNotificationSchema, ResourceUpdatedNotificationSchema])
    client.setNotificationHandler(schema, ({ method }) => void news.add(method));
}

async function call(
  client: Client,
  name: string,
  input: Record<string, unknown>,
): Promise<CallToolResult> {
  return (await client.callTool({ name, arguments: input })) as CallToolResult;
}

async function begin(): Promise<string> {
  const { structuredContent } = await call(ann, "generate_procedure", {
    ...rocket,
    wait_seconds: 0,
  });
  return (structuredContent as { procedure_id: string }).procedure_id;
}

/** What each tool that names a procedure needs beside it. */
const NAMING: Record<string, Record<string, unknown>> = {
  get_procedure: { wait_seconds: 0 },
  cancel_procedure: {},
  delete_procedure: {},
  refine_steps: { between: [1, 2], wait_seconds: 0 },
  caption_steps: { captions: { "1": "mine now" } },
  export_procedure: { format: "md" },
  view_frame: { step: 1 },
};

describe("a tool that names a procedure", () => {
  test("is one of those that are tried here", async () => {
    const naming = createTools(gate.context.domains)
      .filter(({ input }) => "procedure_id" in input.shape)
      .map(({ name }) => name);
    expect(naming.toSorted()).toEqual(Object.keys(NAMING).toSorted());
  });

  test.each(Object.entries(NAMING))("knows none of somebody else's: %s", async (name, input) => {
    const none = await call(bob, name, { ...input, procedure_id: "0123456789abcdef" });
    expect(none.isError).toBe(true);
    for (const id of [made, running]) {
      const answer = await call(bob, name, { ...input, procedure_id: id });
      expect(answer.isError).toBe(true);
      // Not even whether there is one.
      expect(textOf(answer).replace(id, "0123456789abcdef")).toBe(textOf(none));
    }
  });
});

test("no tool that lists tells of them", async () => {
  const answers = [
    await call(bob, "list_procedures", {}),
    await call(bob, "server_status", {}),
    await call(bob, "find_images", { limit: 12 }),
    await call(bob, "list_domains", {}),
  ];
  for (const answer of answers) {
    expect(answer.isError).toBeFalsy();
    const text = JSON.stringify(answer);
    for (const secret of [made, running, "striped"]) expect(text).not.toContain(secret);
  }
  const own = JSON.stringify(await call(ann, "list_procedures", {}));
  for (const id of [made, running]) expect(own).toContain(id);
});

test("their pictures are no source, by handle and by path", async () => {
  const { store, dataDir } = gate.context;
  const file = store.filePath(made, "manifest.json");
  for (const image of [
    stepUri(made, 1),
    path.join(path.dirname(file), "page.png"),
    path.join(dataDir, "jobs", `${running}.json`),
    path.join(dataDir, "exports", made, "a-striped-rocket-steps.md"),
  ]) {
    const input = { image, domain: "sketch", wait_seconds: 0 };
    const answer = await call(bob, "recraft_from_image", input);
    expect(answer.isError).toBe(true);
    expect(textOf(answer)).toMatch(/there is none|no such file/);
  }
});

describe("a resource", () => {
  test("of somebody else's cannot be read, in any of its forms", async () => {
    const { resourceTemplates } = await ann.listResourceTemplates();
    const forms = new Set([
      ...resourceTemplates.map(({ uriTemplate }) => uriTemplate),
      ...Object.values(HANDLES),
    ]);
    const uris = [...forms].map((form) => form.replace("{id}", made).replace("{n}", "1"));
    for (const uri of [...uris.filter((text) => !text.includes("{")), exported, pageUri(made)]) {
      expect((await ann.readResource({ uri })).contents).toHaveLength(1);
      await expect(bob.readResource({ uri })).rejects.toThrow("there is none");
    }
  });

  test("of somebody else's is not listed, completed or shown in a prompt", async () => {
    expect(JSON.stringify(await ann.listResources())).toContain(made);
    expect(JSON.stringify(await bob.listResources())).not.toContain(made);
    const ref = { type: "ref/resource" as const, uri: HANDLES.manifest };
    const argument = { name: "id", value: "" };
    expect((await ann.complete({ ref, argument })).completion.values).toContain(made);
    expect((await bob.complete({ ref, argument })).completion.values).toEqual([]);
    const prompt = { name: "explain-step", arguments: { procedure: made, step: "1" } };
    expect(JSON.stringify(await ann.getPrompt(prompt))).toContain("striped");
    await expect(bob.getPrompt(prompt)).rejects.toThrow("there is none");
  });

  test("of somebody else's sends no news", async () => {
    await expect.poll(() => heard.ann.size, { timeout: 10_000 }).toBe(2);
    expect([...heard.bob]).toEqual([]);
  });
});

test("and after all that it is as it was", async () => {
  const { structuredContent } = await call(ann, "get_procedure", { procedure_id: made });
  expect(structuredContent).toMatchObject({ status: "done", subject: rocket.subject });
  expect(JSON.stringify(structuredContent)).not.toContain("mine now");
  const still = await call(ann, "get_procedure", { procedure_id: running, wait_seconds: 0 });
  expect(still.structuredContent).toMatchObject({ status: "running" });
});

test("one caller has no more jobs than the limit, and the other still has theirs", async () => {
  const ids = [await begin(), await begin()];
  const refused = await call(ann, "generate_procedure", { ...rocket, wait_seconds: 0 });
  expect(refused.isError).toBe(true);
  expect(textOf(refused)).toMatch(/^3 of your procedures wait or are being made already/);
  const other = await call(bob, "generate_procedure", { ...rocket, wait_seconds: 0 });
  expect(other.structuredContent).toMatchObject({ status: "queued" });
  for (const procedure_id of ids) await call(ann, "cancel_procedure", { procedure_id });
  expect(
    (await call(ann, "generate_procedure", { ...rocket, wait_seconds: 0 })).isError,
  ).toBeFalsy();
});
