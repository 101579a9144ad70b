// The folders that a client works in may be read as long as it works there.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { type CallToolResult, ListRootsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { plain } from "../pictures/made.js";
import { temporaryFolder } from "../support/temporary.js";
import { bin } from "./session.js";

const home = temporaryFolder();
const work = temporaryFolder();
const file = path.join(work, "drawing.png");
const client = new Client(
  { name: "with-roots", version: "1" },
  { capabilities: { roots: { listChanged: true } } },
);
let roots = [
  { uri: pathToFileURL(work).href },
  { uri: "file://elsewhere/share" },
  { uri: "file:///" },
];
let asked = 0;

beforeAll(async () => {
  writeFileSync(file, await plain().png().toBuffer());
  client.setRequestHandler(ListRootsRequestSchema, () => {
    asked++;
    return { roots };
  });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [bin, "serve", "--allow", home],
      env: { MAKEANYTHING_HOME: home },
      stderr: "ignore",
    }),
  );
});
afterAll(() => client.close());

async function find(): Promise<{ images: { file: string }[]; folders: string[] }> {
  const result = (await client.callTool({ name: "find_images", arguments: {} })) as CallToolResult;
  return result.structuredContent as Awaited<ReturnType<typeof find>>;
}

test("the client's roots are asked for once, and again when they have changed", async () => {
  expect(asked).toBe(0);
  for (let call = 0; call < 2; call++)
    expect(await find()).toMatchObject({ images: [{ file }], folders: [home, work] });
  expect(asked).toBe(1);
  roots = [];
  await client.sendRootsListChanged();
  expect(await find()).toMatchObject({ images: [], folders: [home] });
  expect(asked).toBe(2);
});
