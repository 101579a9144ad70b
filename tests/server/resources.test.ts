// What a client reads of procedures, lists and completes.
import { readFileSync } from "node:fs";
import { createStore } from "#src/procedures/store.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sampleFiles, sampleProcedure } from "../procedures/fixtures/sample.mjs";
import { temporaryFolder } from "../support/temporary.js";
import { type Linked, link } from "./linked.js";

const dataDir = temporaryFolder();
const store = createStore(dataDir);
const ids = ["00000000aaaaaaaa", "11111111aaaaaaaa", "11111111bbbbbbbb"];
const foreign = "99999999aaaaaaaa";
let linked: Linked;

beforeAll(async () => {
  for (const id of ids) await store.save(sampleProcedure(id), sampleFiles(id));
  await store.ownedBy("ann").save(sampleProcedure(foreign), sampleFiles(foreign));
  linked = await link(dataDir);
});
afterAll(() => linked.close());

async function read(uri: string) {
  const { contents } = await linked.client.readResource({ uri });
  return contents[0] as { mimeType?: string; text?: string; blob?: string };
}

async function complete(uri: string, name: string, value: string, given = {}): Promise<string[]> {
  const { completion } = await linked.client.complete({
    ref: { type: "ref/resource", uri },
    argument: { name, value },
    context: { arguments: given },
  });
  return completion.values;
}

describe("a procedure is read as", () => {
  test("a tutorial whose pictures are its steps", async () => {
    const { mimeType, text } = await read(`procedure://${ids[0]}/tutorial.md`);
    expect(mimeType).toBe("text/markdown");
    expect(text).toMatch(/^# How a red house is made\n/);
    expect(text).toContain(`![step 3](procedure://${ids[0]}/steps/3.png)`);
  });

  test.each(["page.png", "steps/2.png"])("the stored %s", async (name) => {
    const { mimeType, blob } = await read(`procedure://${ids[0]}/${name}`);
    const file = name.replace("steps/2", "step-2");
    expect(mimeType).toBe("image/png");
    expect(Buffer.from(blob!, "base64").equals(readFileSync(store.filePath(ids[0]!, file)))).toBe(
      true,
    );
  });

  test("a manifest", async () => {
    const { mimeType, text } = await read(`procedure://${ids[0]}/manifest`);
    expect(mimeType).toBe("application/json");
    expect(JSON.parse(text!)).toMatchObject({ id: ids[0] });
  });
});

test.each([
  "procedure://0000000000000000/manifest",
  `procedure://${foreign}/manifest`,
  `procedure://${foreign}/tutorial.md`,
  `procedure://${foreign}/page.png`,
  `procedure://${foreign}/steps/1.png`,
  "procedure://..%2F../manifest",
])("%s is refused in the same words as one that never was", async (uri) => {
  await expect(read(uri)).rejects.toThrow(/there is none; the newest there are 11111111bbbbbbbb/);
});

test("the list holds what is read of each procedure of one's own, the newest first", async () => {
  const { resources } = await linked.client.listResources();
  const uris = resources.map(({ uri }) => uri).filter((uri) => uri.startsWith("procedure:"));
  expect(uris).toEqual(
    ids
      .toReversed()
      .flatMap((id) =>
        ["tutorial.md", "page.png", "manifest"].map((part) => `procedure://${id}/${part}`),
      ),
  );
  expect(resources.find(({ uri }) => uri.endsWith("page.png"))).toMatchObject({
    title: "a red house, lego: page",
    mimeType: "image/png",
  });
});

describe("an address is completed", () => {
  const step = "procedure://{id}/steps/{n}.png";

  test("with ids, the newest first, and one's own alone", async () => {
    expect(await complete("procedure://{id}/manifest", "id", "")).toEqual(ids.toReversed());
    expect(await complete(step, "id", "1")).toEqual(ids.slice(1).toReversed());
    expect(await complete(step, "id", "9")).toEqual([]);
  });

  test("with the numbers of the steps", async () => {
    expect(await complete(step, "n", "", { id: ids[0] })).toHaveLength(9);
    expect(await complete(step, "n", "3", { id: ids[0] })).toEqual(["3"]);
    expect(await complete(step, "n", "", { id: foreign })).toEqual([]);
    expect(await complete(step, "n", "")).toEqual([]);
  });
});

test("a call that fails is told to a client that reads the log, and not what it asked for", async () => {
  await linked.client.setLoggingLevel("warning");
  await linked.client.callTool({
    name: "get_procedure",
    arguments: { procedure_id: "secret", wait_seconds: 0 },
  });
  expect(linked.logged).toEqual([
    { level: "warning", logger: "tools", data: { tool: "get_procedure", outcome: "error" } },
  ]);
});
