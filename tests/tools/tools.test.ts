import { copyFile, writeFile } from "node:fs/promises";
import path from "node:path";
import {
  createTools,
  type DomainList,
  type ProcedureRecord,
  type Tool,
  type ToolSettings,
} from "#src/tools/index.js";
import { addStyle } from "#src/procedures/index.js";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { openWorkshop, type Workshop } from "../procedures/workshop.js";
import { temporaryFolder } from "../support/temporary.js";

const dataDir = temporaryFolder();
const settings: ToolSettings = { previewBudgetBytes: 700 * 1024, previewSidePx: 640 };
let workshop: Workshop;
let tools: Map<string, Tool>;
beforeAll(async () => {
  workshop = await openWorkshop(dataDir);
  tools = new Map(createTools(workshop.domains).map((tool) => [tool.name, tool]));
});

/** What the binding does: parses, runs, and holds the answer against the output schema. */
async function call<Structured = ProcedureRecord & { not_shown: number[] }>(
  name: string,
  input: Record<string, unknown>,
  changes?: Partial<ToolSettings>,
) {
  const tool = tools.get(name)!;
  const answer = await tool.run(workshop, tool.input.parse(input), {
    settings: { ...settings, ...changes },
    jobs: workshop.jobs,
    version: "1.2.3",
  });
  expect(z.strictObject(tool.output.shape).parse(answer.structured)).toEqual(answer.structured);
  return { ...answer, structured: answer.structured as Structured };
}

const rocket = { subject: "a red rocket", domain: "sketch" };

describe("every tool", () => {
  test("has a title, says whether it reads or writes, and a name that hosts accept", () => {
    for (const { name, title, description, annotations } of tools.values()) {
      expect(name).toMatch(/^[a-z_]{1,64}$/);
      expect(title.length).toBeGreaterThan(3);
      expect(description.length).toBeGreaterThan(20);
      const { readOnlyHint, destructiveHint } = annotations;
      expect(readOnlyHint).toBe(/^(list|get|find|view)_|_status$/.test(name));
      expect(destructiveHint).toBe(["delete_procedure", "caption_steps"].includes(name));
    }
  });

  test("has schemas that can be told in JSON Schema, and no defaults in its output", () => {
    for (const { input, output } of tools.values()) {
      expect(z.toJSONSchema(input, { io: "input" })).toMatchObject({ type: "object" });
      expect(JSON.stringify(z.toJSONSchema(output))).not.toContain('"default"');
    }
  });

  test("tells its arguments", () => {
    const shapes = Object.fromEntries(
      [...tools.values()].map(({ name, input }) => [name, Object.keys(input.shape)]),
    );
    expect(shapes).toMatchObject({
      generate_procedure: [
        "subject",
        "domain",
        "styles",
        "frames",
        "steps",
        "preset",
        "seed",
        "wait_seconds",
      ],
      recraft_from_image: [
        "image",
        "domain",
        "styles",
        "subject",
        "frames",
        "preset",
        "seed",
        "wait_seconds",
      ],
      refine_steps: [
        "procedure_id",
        "between",
        "steps",
        "captions",
        "styles",
        "seed",
        "wait_seconds",
      ],
      get_procedure: ["procedure_id", "wait_seconds", "steps", "size"],
      cancel_procedure: ["procedure_id"],
      list_procedures: ["limit", "before"],
      caption_steps: ["procedure_id", "captions"],
      delete_procedure: ["procedure_id"],
      list_domains: [],
      server_status: [],
      free_memory: [],
    });
    const schema = z.toJSONSchema(tools.get("generate_procedure")!.input, { io: "input" });
    expect(schema.required).toEqual(["subject", "domain"]);
    expect(schema.properties!["domain"]).toMatchObject({
      description: expect.stringContaining("a mix of crafts"),
      anyOf: [
        { enum: expect.arrayContaining(["lego"]) },
        { additionalProperties: { exclusiveMinimum: 0, maximum: 2 } },
      ],
    });
    expect(schema.properties!["styles"]).toMatchObject({
      description: expect.stringContaining("watercolor"),
      items: { properties: { weight: { minimum: -2, maximum: 2 } }, required: ["name"] },
    });
  });

  test.each([
    [
      "generate_procedure",
      { ...rocket, domain: "knitting" },
      /unknown domain "knitting".*lego, cook/,
    ],
    ["generate_procedure", { ...rocket, frames: 5 }, /frames must be 4 or 9/],
    ["generate_procedure", { ...rocket, seed: 2 ** 53 }, /0 to 9007199254740991/],
    ["generate_procedure", { ...rocket, subject: "x".repeat(100_000) }, /at most 1000/],
    ["generate_procedure", { ...rocket, framecount: 4 }, /framecount/],
    ["refine_steps", { procedure_id: "x", between: [1] }, /two step numbers/],
    ["refine_steps", { procedure_id: "x", steps: 65 }, /at most 64 steps, as steps: 64/],
  ])("%s refuses %j with what goes instead", (name, input, words) => {
    const parsed = tools.get(name)!.input.safeParse(input);
    expect(parsed.success).toBe(false);
    const { message } = parsed.error!.issues[0]!;
    expect(message.length).toBeLessThan(400);
    expect(message).toMatch(words);
  });
});

describe("an answer", () => {
  test("says everything in both halves, with no picture in the structured one", async () => {
    const { structured, blocks } = await call("generate_procedure", {
      ...rocket,
      subject: "a dragon",
    });
    const [first, ...shown] = blocks;
    const text = first!.kind === "text" ? first!.text : "";
    expect(structured).toMatchObject({ domain: "sketch", subject: "a dragon", not_shown: [] });
    for (const step of structured.steps) {
      expect(path.isAbsolute(step.file)).toBe(true);
      for (const value of [step.caption, step.file, step.uri]) expect(text).toContain(value);
    }
    for (const warning of structured.warnings) expect(text).toContain(warning);
    expect(structured.warnings).toHaveLength(2);
    expect(text).toContain(String(structured.seed));
    expect(text).toContain(structured.procedure_id);
    expect(JSON.stringify(structured).length).toBeLessThan(10_000);
    expect(shown.map(({ kind }) => kind).join(" ")).toBe("text picture ".repeat(9).trim());
  });

  test("fits the budget with its texts, and names the steps that found no room", async () => {
    const { structured: parent } = await call("generate_procedure", rocket);
    const budget = 60_000;
    const { structured, blocks } = await call(
      "refine_steps",
      { procedure_id: parent.procedure_id, steps: 64 },
      { previewBudgetBytes: budget },
    );
    const characters = blocks.reduce(
      (sum, block) =>
        sum +
        (block.kind === "picture"
          ? (block.jpeg.length * 4) / 3
          : Buffer.byteLength(JSON.stringify(block))),
      JSON.stringify(structured).length,
    );
    expect(characters).toBeLessThan((budget * 4) / 3 + 2000);
    const pictures = blocks.filter(({ kind }) => kind === "picture").length;
    expect(structured.not_shown).toHaveLength(64 - pictures);
    expect(pictures).toBeGreaterThan(1);
    expect(blocks[0]).toMatchObject({ text: expect.stringContaining("No room here") });
  });

  test("shows a small frame at 256 px, and a large one as large as there is room", async () => {
    const large = path.join(dataDir, "large.png");
    await sharp({ create: { width: 900, height: 700, channels: 3, background: "red" } }).toFile(
      large,
    );
    const { blocks } = await call("recraft_from_image", { ...rocket, image: large });
    const jpegs = blocks.flatMap((block) => (block.kind === "picture" ? [block.jpeg] : []));
    const sizes = await Promise.all(
      jpegs.map(async (jpeg) => (await sharp(jpeg).metadata()).width),
    );
    expect(sizes).toEqual([...Array<number>(8).fill(256), 640]);
  });

  test("of a recraft carries its note in both halves", async () => {
    const picture = path.join(dataDir, "rocket.png");
    const { structured: made } = await call("generate_procedure", rocket);
    await copyFile(made.steps[8]!.file, picture);
    const { structured, blocks } = await call("recraft_from_image", {
      ...rocket,
      image: picture,
    });
    expect(structured.notes.join()).toContain("not a record");
    expect(blocks[0]).toMatchObject({ text: expect.stringContaining("not a record") });
    expect(structured.steps[8]?.origin).toBe("given");
  });

  test("of list_domains and server_status tells the styles, and which of them fit", async () => {
    const fits = { hiddenSize: 256, depth: 3, depthSingle: 6 };
    const file = path.join(dataDir, "weights");
    await writeFile(file, "weights");
    for (const [name, size] of [
      ["paper", fits],
      ["watercolor", { ...fits, depth: 19 }],
    ] as const)
      await addStyle(workshop, { file, name, trigger: `${name} cut` }, async () => ({
        version: "aa",
        size,
      }));
    const { structured, blocks } = await call<DomainList>("list_domains", {});
    expect(structured.styles).toEqual([
      { name: "paper", trigger: "paper cut", weight: 1, installed: true },
      { name: "watercolor", trigger: "watercolor cut", weight: 1, installed: false },
    ]);
    expect(blocks[0]).toMatchObject({
      text: expect.stringMatching(/Styles: paper \(weight 1, “paper cut”\), .*for another model\)/),
    });
    const status = await call<{ model: { styles: string[] } }>("server_status", {});
    expect(status.structured.model.styles).toEqual(["paper"]);
    const made = await call("generate_procedure", {
      ...rocket,
      domain: "sketch:0.8, lego:0.2",
      styles: "paper",
    });
    expect(made.structured).toMatchObject({
      domain: "sketch",
      mix: { sketch: 0.8, lego: 0.2 },
      styles: [{ name: "paper", weight: 1 }],
    });
    expect(made.blocks[0]).toMatchObject({
      text: expect.stringContaining("“a red rocket”, sketch 0.8 + lego 0.2 + paper 1, 9 steps"),
    });
  });

  test("of list_domains tells what is installed, what to install, and what to try", async () => {
    const { structured, blocks } = await call<DomainList>("list_domains", {});
    expect(structured.domains).toHaveLength(21);
    const bySlug = new Map(structured.domains.map((domain) => [domain.slug, domain]));
    expect(bySlug.get("lego")).toMatchObject({ installed: true, frames: 9 });
    expect(bySlug.get("lego")?.examples.length).toBeGreaterThan(1);
    expect(bySlug.get("jade_carving")?.install).toContain("4f_general");
    expect(bySlug.get("cook")?.install).toContain("9f_general");
    const [block] = blocks;
    for (const slug of bySlug.keys())
      expect(block).toMatchObject({ text: expect.stringContaining(slug) });
  });
});
