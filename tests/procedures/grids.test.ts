// A model whose domains are for pages of nine frames, of four, or of both.
import path from "node:path";
import sharp from "sharp";
import { expect, test } from "vitest";
import { openBlend } from "#src/procedures/blend.js";
import { requireFrames } from "#src/procedures/context.js";
import type { Domain } from "#src/procedures/domains.js";
import { recraft } from "#src/procedures/index.js";
import { framesOf, parseModel } from "#src/procedures/model.js";
import { lorasOf } from "#src/procedures/stack.js";
import { stylesOf } from "#src/procedures/styles.js";
import { temporaryFolder } from "../support/temporary.js";
import { openWorkshop } from "./workshop.js";

const model = parseModel({
  name: "flux1-dev",
  pagePx: { nine: 1056, four: 1024 },
  domains: [
    { domain: "lego", phrase: "lego process", b: { nine: 1 }, recraft: { nine: "recraft_lego" } },
    { domain: "cook", phrase: "cooking process", b: { nine: 2 }, adapter: { four: "cook_4f" } },
    { domain: "emoji", phrase: "emoji process", b: { four: 21 } },
    { domain: "sketch", phrase: "sketch process", b: 10 },
  ],
  prompts: { nine: "{phrase}, {subject}", four: "{phrase}, {subject}" },
  adapters: { a9: "9", a4: "4", cook_4f: "c", recraft_lego: "r", watercolor: "w" },
  asymmetric: { nine: "a9", four: "a4" },
  sampling: { steps: 25 },
});

const domains = model.domains.map(({ domain: slug }, i): Domain => ({
  slug,
  index: i + 1,
  name: slug,
  frames: slug === "emoji" ? 4 : 9,
  summary: slug,
  plans: { 9: [], 4: [] },
  folder: `/adapters/${slug}`,
}));
const context = { model, domains, dataDir: "/nowhere" };
const open = (domain: string | Record<string, number>) => openBlend(context, { domain });

test("the page decides which LoRA has the B", () => {
  const { stackOn } = open("sketch");
  expect(lorasOf(stackOn(9))).toEqual({ domains: [{ b: 10, weight: 1 }], asymmetric: "a9", loras: [] }); // prettier-ignore
  expect(lorasOf(stackOn(4))).toMatchObject({ asymmetric: "a4" });
});

test("where there is no B, a domain's own LoRA takes its place", () => {
  expect(lorasOf(open("cook").stackOn(4))).toEqual({
    domains: [],
    loras: [{ name: "cook_4f", weight: 1 }],
  });
  expect(lorasOf(open("cook").stackOn(9))).toMatchObject({ domains: [{ b: 2, weight: 1 }] });
});

test("a page that a domain is not for is refused, in a mix too", () => {
  const words = "frames: the model “flux1-dev” has lego for pages of 9 frames, got 4";
  expect(() => open("lego").stackOn(4)).toThrow(words);
  expect(() => open({ sketch: 0.6, lego: 0.4 }).stackOn(4)).toThrow(words);
});

test("without a wish the domain's own number is taken, or the only one that there is", () => {
  const only4 = { ...model.domains[0]!, b: { four: 1 } };
  const [lego] = domains;
  expect(framesOf(only4)).toEqual([4]);
  expect(requireFrames(model, { domain: lego!, inModel: model.domains[0]! })).toBe(9);
  expect(requireFrames(model, { domain: lego!, inModel: only4 })).toBe(4);
});

test("what pages are painted with is no style", () => {
  expect(stylesOf(context).map(({ slug }) => slug)).toEqual(["watercolor"]);
});

test("a domain without B and LoRA is no domain", () => {
  const broken = { ...model, domains: [{ domain: "lego", phrase: "lego process" }] };
  expect(() => parseModel(broken)).toThrow(/domains\.0: needs b or adapter/);
});

test("a domain's own ReCraft LoRA is taken, and lent to no other domain", async () => {
  const folder = temporaryFolder();
  const workshop = await openWorkshop(folder, {
    model: {
      domains: [
        { domain: "lego", phrase: "lego process", b: 1, recraft: { nine: "recraft_lego" } },
        { domain: "sketch", phrase: "sketch process", b: 5 },
      ],
      adapters: { asymmetric: "a", recraft_lego: "r" },
    },
  });
  const image = path.join(folder, "photo.png");
  await sharp({ create: { width: 64, height: 64, channels: 3, background: "red" } }).toFile(image);
  await recraft(workshop, { image, domain: "lego", subject: "a red boat" });
  expect(workshop.requests[0]?.loras).toEqual([{ name: "recraft_lego", weight: 1 }]);
  const ask = recraft(workshop, { image, domain: "sketch", subject: "a red boat" });
  await expect(ask).rejects.toThrow(/recrafts into 9 frames of lego alone, got sketch/);
});
