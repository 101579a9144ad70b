// What a client hears without asking, from this server and from another on the same data folder.
import { setTimeout as sleep } from "node:timers/promises";
import { newId } from "#src/procedures/id.js";
import { recaption } from "#src/procedures/index.js";
import { createStore, type Store } from "#src/procedures/store.js";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { sampleFiles, sampleProcedure } from "../procedures/fixtures/sample.mjs";
import { openGate } from "../procedures/jobs/gate.js";
import { temporaryFolder } from "../support/temporary.js";
import { type Linked, link } from "./linked.js";

const dataDir = temporaryFolder();
/** Another server's: it knows nothing of those that listen here. */
const elsewhere = createStore(dataDir);
let mine: Linked;
let anns: Linked;
const known = newId();
const parts = ["manifest", "tutorial.md", "page.png", "steps/1.png"];
const uri = (id: string, part: string) => `procedure://${id}/${part}`;

beforeAll(async () => {
  await save(elsewhere, known);
  mine = await link(dataDir);
  anns = await link(dataDir, { owner: "ann" });
  for (const one of [mine, anns])
    for (const part of parts) await one.client.subscribeResource({ uri: uri(known, part) });
});
afterAll(() => Promise.all([mine.close(), anns.close()]));
beforeEach(async () => {
  await sleep(50);
  for (const one of [mine, anns]) one.heard.length = 0;
});

async function save(store: Store, id: string) {
  await store.save(sampleProcedure(id), sampleFiles(id));
}

function hears(one: Linked, expected: string[]): Promise<void> {
  return vi.waitFor(() => expect(one.heard).toEqual(expected), { timeout: 10_000 });
}

describe("by another server", () => {
  test("a procedure that comes changes the list", async () => {
    await save(elsewhere, newId());
    await hears(mine, ["list"]);
    expect(anns.heard).toEqual([]);
  });

  test("other captions are told of what holds them", async () => {
    await recaption(elsewhere, known, new Map([[2, "a wall"]]));
    await hears(mine, [uri(known, "manifest"), uri(known, "tutorial.md")]);
    await recaption(elsewhere, known, new Map([[2, "two walls"]]));
    await hears(
      mine,
      Array.from({ length: 2 }, () => parts.slice(0, 2).map((part) => uri(known, part))).flat(),
    );
    expect(anns.heard).toEqual([]);
  });

  test("somebody else's procedures are told to them alone", async () => {
    const id = newId();
    await save(elsewhere.ownedBy("ann"), id);
    await hears(anns, ["list"]);
    await elsewhere.ownedBy("ann").remove(id);
    await hears(anns, ["list", "list"]);
    expect(mine.heard).toEqual([]);
  });

  test("a procedure that goes changes the list", async () => {
    const id = newId();
    await save(elsewhere, id);
    await hears(mine, ["list"]);
    await elsewhere.remove(id);
    await hears(mine, ["list", "list"]);
  });
});

test("a job that is subscribed to is told of once, when its procedure is there", async () => {
  const folder = temporaryFolder();
  const gate = await openGate(folder);
  const { client, heard, close } = await link(folder, { painter: gate });
  const { structuredContent } = await client.callTool({
    name: "generate_procedure",
    arguments: { subject: "a red rocket", domain: "sketch", wait_seconds: 0 },
  });
  const { procedure_id: id } = structuredContent as { procedure_id: string };
  for (const part of parts) await client.subscribeResource({ uri: uri(id, part) });
  await client.unsubscribeResource({ uri: uri(id, "page.png") });
  expect(heard).toEqual([]);
  await gate.open();
  const subscribed = parts.filter((part) => part !== "page.png").map((part) => uri(id, part));
  await vi.waitFor(() => expect(heard.toSorted()).toEqual(["list", ...subscribed].toSorted()));
  expect((await client.readResource({ uri: uri(id, "tutorial.md") })).contents).toHaveLength(1);
  await close();
});

test("nothing is watched once every client is gone, and subscriptions have a bound", async () => {
  const folder = temporaryFolder();
  const { client, heard, close } = await link(folder);
  for (let i = 0; i < 1000; i++) await client.subscribeResource({ uri: uri(newId(), "manifest") });
  const oneMore = client.subscribeResource({ uri: uri(newId(), "manifest") });
  await expect(oneMore).rejects.toThrow("1000 subscriptions are the most");
  await client.subscribeResource({ uri: "test://nothing" });
  await close();
  await save(createStore(folder), newId());
  await sleep(1500);
  expect(heard).toEqual([]);
});
