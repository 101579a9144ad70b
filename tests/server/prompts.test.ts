// Prompts as a host lists, completes and fills them in.
import type { PromptMessage } from "@modelcontextprotocol/sdk/types.js";
import { createTools } from "#src/tools/index.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWorkshop } from "../procedures/workshop.js";
import { temporaryFolder } from "../support/temporary.js";
import { type Linked, link } from "./linked.js";

const dataDir = temporaryFolder();
let linked: Linked;
let id: string;

beforeAll(async () => {
  linked = await link(dataDir);
  id = await make();
});
afterAll(() => linked.close());

async function make(frames = 9): Promise<string> {
  const { structuredContent } = await linked.client.callTool({
    name: "generate_procedure",
    arguments: { subject: "a red rocket", domain: "sketch", frames },
  });
  return (structuredContent as { procedure_id: string }).procedure_id;
}

async function get(name: string, given: Record<string, string> = {}): Promise<PromptMessage[]> {
  return (await linked.client.getPrompt({ name, arguments: given })).messages;
}

const text = (messages: PromptMessage[]) =>
  messages.map(({ content }) => (content.type === "text" ? content.text : "")).join("\n");

async function complete(prompt: string, name: string, value: string, given = {}) {
  const { completion } = await linked.client.complete({
    ref: { type: "ref/prompt", name: prompt },
    argument: { name, value },
    context: { arguments: given },
  });
  return completion.values;
}

test("there are four, and what they need is said", async () => {
  const { prompts } = await linked.client.listPrompts();
  const told = prompts.map(({ name, arguments: all = [] }) => [
    name,
    all.map((one) => `${one.name}${one.required ? "" : "?"}`).join(),
  ]);
  expect(told).toEqual([
    ["show-me-how", "subject,domain?"],
    ["recreate-this", "image?,domain?"],
    ["explain-step", "procedure?,step"],
    ["caption-frames", "procedure?"],
  ]);
  expect(prompts.every(({ title, description }) => title && description)).toBe(true);
});

test("every tool and argument that a prompt names exists", async () => {
  const tools = createTools((await openWorkshop(dataDir)).domains);
  const names = new Set(tools.map(({ name }) => name));
  const all = await Promise.all([
    get("show-me-how", { subject: "a boat" }),
    get("recreate-this"),
    get("explain-step", { step: "2" }),
    get("caption-frames"),
  ]);
  const used =
    all
      .map(text)
      .join("\n")
      .match(/\b[a-z]+_[a-z_]+\b/g) ?? [];
  expect(used.length).toBeGreaterThan(5);
  for (const word of used) expect([...names, "procedure_id"]).toContain(word);
});

describe("show-me-how", () => {
  test("asks for what was typed, in the craft that was chosen", async () => {
    const said = text(await get("show-me-how", { subject: 'a "blue"\nboat', domain: "lego" }));
    expect(said).toContain('"a \\"blue\\" boat"');
    expect(said).toContain("domain lego");
    expect(text(await get("show-me-how", { subject: "a boat", domain: "" }))).toContain(
      "list_domains",
    );
  });

  test.each([
    [{ subject: " " }, /subject is missing/],
    [{}, /subject/],
    [{ subject: "a".repeat(1001) }, /too long/],
    [{ subject: "a boat", domain: "leggo" }, /did you mean lego/],
    [{ subject: "a soup", domain: "cook" }, /not in the model/],
  ])("refuses %j", async (given, words) => {
    await expect(get("show-me-how", given as Record<string, string>)).rejects.toThrow(words);
  });
});

test("recreate-this takes the picture that is named, else the newest", async () => {
  expect(text(await get("recreate-this", { image: "/pictures/cat.png" }))).toContain(
    '"/pictures/cat.png"',
  );
  expect(text(await get("recreate-this"))).toContain("find_images");
});

describe("explain-step", () => {
  test("shows the step and the one before it", async () => {
    const messages = await get("explain-step", { procedure: id, step: "3" });
    expect(messages.map(({ content }) => content.type)).toEqual([
      "text",
      "text",
      "image",
      "text",
      "image",
      "text",
    ]);
    expect(text(messages)).toMatch(/^Explain step 3 of 9 of how "a red rocket" is made/);
    expect(await get("explain-step", { step: "1" })).toHaveLength(4);
  });

  test.each([
    [{ step: "10" }, /counted from 1 to 9/],
    [{ step: "../x" }, /counted from 1 to 9/],
    [{ procedure: "nothing", step: "1" }, /there is none/],
  ])("refuses %j", async (given, words) => {
    await expect(get("explain-step", given)).rejects.toThrow(words);
  });
});

test("caption-frames tells how to write the words back, for the newest procedure or a named one", async () => {
  const newest = await make(4);
  const said = text(await get("caption-frames"));
  expect(said).toContain(`the 4 frames of procedure ${newest}`);
  expect(said).toContain(`caption_steps: procedure_id "${newest}", and captions as a list of 4`);
  expect(text(await get("caption-frames", { procedure: id }))).toContain("the 9 frames");
});

describe("arguments are completed", () => {
  test("with crafts, those that the model has first", async () => {
    const slugs = await complete("show-me-how", "domain", "");
    expect(slugs).toHaveLength(21);
    expect(slugs.slice(0, 6).toSorted()).toEqual(
      ["lego", "painting", "icon", "sand_art", "sketch", "ink_painting"].toSorted(),
    );
    expect(await complete("recreate-this", "domain", "leg")).toEqual(["lego"]);
    expect(await complete("show-me-how", "subject", "a")).toEqual([]);
  });

  test("with procedures and their steps", async () => {
    expect(await complete("explain-step", "procedure", id)).toEqual([id]);
    expect(await complete("explain-step", "step", "", { procedure: id })).toHaveLength(9);
    expect(await complete("explain-step", "step", "2")).toEqual(["2"]);
  });
});

test("somebody else's procedures are not the newest, and not there", async () => {
  const anns = await link(dataDir, { owner: "ann" });
  const ask = (given: Record<string, string>) =>
    anns.client.getPrompt({ name: "caption-frames", arguments: given });
  await expect(ask({})).rejects.toThrow("there is no procedure yet");
  await expect(ask({ procedure: id })).rejects.toThrow("there is none");
  await anns.close();
});
