import { writeFileSync } from "node:fs";
import path from "node:path";
import {
  addStyle,
  generate,
  planGenerate,
  planRefine,
  recraft,
  refine,
  removeStyle,
} from "#src/procedures/index.js";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";
import { openWorkshop, type Workshop } from "./workshop.js";

const dataDir = temporaryFolder();
const file = path.join(dataDir, "paper.safetensors");
const size = { hiddenSize: 256, depth: 3, depthSingle: 6 };
const rocket = { subject: "a red rocket", domain: "sketch", frames: 4, seed: 1 };

let workshop: Workshop;
beforeAll(async () => {
  writeFileSync(file, "weights");
  workshop = await openWorkshop(dataDir, {
    model: { adapters: { asymmetric: "a", recraft: "r", interpolation: "i", blueprint: "b" } },
  });
  const paper = { file, name: "paper", trigger: "paper cut", weight: 0.8 };
  await addStyle(workshop, paper, async () => ({ version: "aa", size }));
});
const lastRequest = () => workshop.requests.at(-1)!;

describe("a mix of domains", () => {
  test("is painted with each one's B, and told by the heaviest", async () => {
    const made = await generate(workshop, {
      subject: "a red rocket",
      domain: { lego: 0.4, ink_painting: 0.6 },
    });
    expect(lastRequest().domains).toEqual([
      { b: 1, weight: 0.4 },
      { b: 6, weight: 0.6 },
    ]);
    expect(lastRequest().prompt).toContain("2*2 of 4 sub-images, step-by-step ink painting");
    expect(made.steps).toHaveLength(4);
    expect(made).toMatchObject({
      domain: "ink_painting",
      mix: { lego: 0.4, ink_painting: 0.6 },
      adapters: [
        { name: "asymmetric", domain: "lego", version: "a1", weight: 0.4 },
        { name: "asymmetric", domain: "ink_painting", version: "a1", weight: 0.6 },
      ],
      notes: [expect.stringMatching(/lego 0\.4 \+ ink_painting 0\.6: .* plan of ink_painting/)],
    });
    expect(await workshop.store.load(made.id)).toEqual(made);
  });

  test("of one domain is that domain, weaker or stronger", async () => {
    const weak = await generate(workshop, { ...rocket, domain: { sketch: 0.5 } });
    expect(lastRequest().domains).toEqual([{ b: 5, weight: 0.5 }]);
    expect(weak).toMatchObject({ domain: "sketch", mix: { sketch: 0.5 }, notes: [] });
    expect(await generate(workshop, { ...rocket, domain: { sketch: 1 } })).not.toHaveProperty(
      "mix",
    );
  });

  test("may hold a domain that was trained here", async () => {
    const lora = { model: "small", phrase: "folding process" };
    const origami = { ...workshop.domains[0]!, slug: "origami", index: 1000, folder: "/o", lora };
    const own = { ...workshop, domains: [...workshop.domains, origami] };
    const made = await generate(own, { ...rocket, domain: { origami: 0.9, sketch: 0.3 } });
    expect(lastRequest()).toMatchObject({
      domains: [{ b: 5, weight: 0.3 }],
      loras: [{ name: "origami", file: path.join("/o", "lora.safetensors"), weight: 0.9 }],
    });
    expect(made.adapters).toContainEqual({
      name: "origami",
      domain: "origami",
      version: "origami-1",
      weight: 0.9,
    });
  });
});

describe("styles", () => {
  test("go on top of the domain, their words into the prompt", async () => {
    const made = await generate(workshop, {
      ...rocket,
      styles: [{ name: "Paper" }, { name: "blueprint", weight: -0.5 }],
    });
    const [request] = workshop.requests.slice(-1);
    expect(request!.domains).toEqual([{ b: 5, weight: 1 }]);
    expect(request!.loras).toEqual([
      {
        name: "paper",
        file: path.join(dataDir, "adapters", "paper", "lora-aa.safetensors"),
        weight: 0.8,
      },
      { name: "blueprint", weight: -0.5 },
    ]);
    expect(request!.prompt).toMatch(/, a red rocket, paper cut$/);
    expect(made.styles).toEqual([
      { name: "paper", weight: 0.8 },
      { name: "blueprint", weight: -0.5 },
    ]);
    expect(made.adapters.slice(1)).toEqual([
      { name: "paper", version: "paper-1", weight: 0.8 },
      { name: "blueprint", version: "blueprint-1", weight: -0.5 },
    ]);
  });

  test("whose words the subject says already are not said twice", async () => {
    await generate(workshop, {
      ...rocket,
      subject: "a Paper Cut rocket",
      styles: [{ name: "paper" }],
    });
    expect(lastRequest().prompt).toMatch(/, a Paper Cut rocket$/);
  });

  test("stand before what each step shows, and alone where there is no subject", async () => {
    const prompts = { four: "{phrase}, {subject}", fourSteps: "{subject}: {steps}" };
    const framed = await openWorkshop(dataDir, { model: { prompts } });
    const steps = ["one", "two", "three", "four"];
    const styles = [{ name: "paper" }];
    const made = await generate(framed, { ...rocket, steps, styles });
    expect(framed.requests[0]?.prompt).toMatch(/^a red rocket, paper cut: <image-1> one/);
    const image = framed.store.filePath(made.id, "step-04.png");
    await recraft(framed, { image, domain: "sketch", frames: 4, subject: "", styles });
    expect(framed.requests[1]?.prompt).toBe("sketch drawing process, paper cut");
  });

  test("come with a recraft and its own adapter", async () => {
    const { id } = await generate(workshop, rocket);
    const image = `procedure://${id}/steps/4.png`;
    const styles = [{ name: "blueprint" }];
    await recraft(workshop, { image, domain: { sketch: 0.9 }, styles });
    expect(lastRequest().loras).toEqual([
      { name: "blueprint", weight: 1 },
      { name: "recraft", weight: 1 },
    ]);
  });
});

describe("new steps between others", () => {
  const styles = [{ name: "paper", weight: 0.5 }];
  const blend = { domain: { sketch: 0.7, lego: 0.3 }, styles };

  test("are painted as those were", async () => {
    const { id } = await generate(workshop, { ...rocket, ...blend });
    const made = await refine(workshop, { procedureId: id, between: [1, 2] });
    expect(lastRequest()).toMatchObject({
      domains: [
        { b: 5, weight: 0.7 },
        { b: 1, weight: 0.3 },
      ],
      loras: [{ name: "paper", weight: 0.5 }, { name: "interpolation" }],
    });
    expect(lastRequest().prompt).toContain("paper cut");
    expect(made).toMatchObject({ domain: "sketch", mix: blend.domain, styles });
    expect(made.adapters.map(({ name }) => name)).toEqual([
      "asymmetric",
      "asymmetric",
      "paper",
      "interpolation",
    ]);
  });

  test("take other styles, or none where one is gone", async () => {
    const ice = { file, name: "ice" };
    await addStyle(workshop, ice, async () => ({ version: "bb", size }));
    const { id } = await generate(workshop, { ...rocket, styles: [{ name: "ice" }] });
    await removeStyle(workshop, "ice");
    const input = { procedureId: id, between: [1, 2] as const };
    await expect(refine(workshop, input)).rejects.toThrow(/unknown style “ice”.*styles: \[\]/);
    const { make, request } = await planRefine(workshop, { ...input, styles: [] });
    expect(request.input).toMatchObject({ styles: [] });
    const made = await make();
    expect(lastRequest().loras).toEqual([{ name: "interpolation", weight: 1 }]);
    expect(made).not.toHaveProperty("styles");
    expect(made.adapters).toContainEqual({ name: "ice", version: "ice-1", weight: 1 });
  });
});

test("what a job remembers paints the same again, whatever becomes of a style's usual weight", async () => {
  const domain = { sketch: 0.7, lego: 0.3 };
  const { request, make } = await planGenerate(workshop, {
    ...rocket,
    domain,
    styles: [{ name: "paper" }],
  });
  expect(JSON.parse(JSON.stringify(request.input))).toEqual({
    ...rocket,
    domain,
    styles: [{ name: "paper", weight: 0.8 }],
  });
  await make();
  const first = lastRequest();
  await generate(workshop, request.input as Parameters<typeof generate>[1]);
  expect(lastRequest()).toEqual(first);
});

test.each([
  [{ domain: {} }, /a mix goes .* of 1 to 4 domains, got 0/],
  [
    { domain: { lego: 1, sketch: 1, icon: 1, painting: 1, sand_art: 1 } },
    /of 1 to 4 domains, got 5/,
  ],
  [{ domain: { lego: 0 } }, /weight of lego must be above 0 and at most 2, got 0/],
  [{ domain: { lego: 0.5, sketch: NaN } }, /weight of sketch/],
  [{ domain: { lego: 0.5, knitting: 0.5 } }, /unknown domain “knitting”/],
  [{ styles: [{ name: "paper", weight: 2.1 }] }, /weight of paper must be from -2 to 2, got 2.1/],
  [{ styles: [{ name: "paper" }, { name: "PAPER" }] }, /paper is named twice/],
  [{ styles: Array.from({ length: 5 }, () => ({ name: "paper" })) }, /at most 4 at once, got 5/],
  [{ styles: [{ name: "x".repeat(1000) }] }, /unknown style “x{60}”/],
])("%j is refused with what goes", async (change, words) => {
  await expect(generate(workshop, { ...rocket, ...change })).rejects.toThrow(words);
});
