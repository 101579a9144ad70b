import { generate, planGenerate, recraft, stepUri } from "#src/procedures/index.js";
import { beforeAll, expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";
import { openWorkshop, type Workshop } from "./workshop.js";

const rocket = { subject: "a red rocket", domain: "sketch", frames: 4, seed: 1 };
const presets = {
  fast: { steps: 8, lora: "turbo" },
  careful: { steps: 16, lora: "hyper", weight: 0.125 },
  draft: { steps: 6 },
  broken: { steps: 8, lora: "absent" },
};

let workshop: Workshop;
beforeAll(async () => {
  const adapters = { asymmetric: "a", recraft: "r", turbo: "t", hyper: "h" };
  workshop = await openWorkshop(temporaryFolder(), { model: { adapters, presets } });
});
const lastRequest = () => workshop.requests.at(-1)!;

test("a preset paints in its steps, with its LoRA on top", async () => {
  const { adapters } = await generate(workshop, { ...rocket, preset: "careful" });
  expect(lastRequest()).toMatchObject({ steps: 16, loras: [{ name: "hyper", weight: 0.125 }] });
  expect(adapters.at(-1)).toMatchObject({ name: "hyper", weight: 0.125 });
  await generate(workshop, { ...rocket, preset: "draft" });
  expect(lastRequest()).toMatchObject({ steps: 6, loras: [] });
  const { id } = await generate(workshop, rocket);
  expect(lastRequest().steps).toBe(24);
  await recraft(workshop, { image: stepUri(id, 4), domain: "sketch", frames: 4, preset: "fast" });
  expect(lastRequest()).toMatchObject({
    steps: 8,
    loras: [
      { name: "recraft", weight: 1 },
      { name: "turbo", weight: 1 },
    ],
  });
});

test("work that has to be made again is asked for with its preset", async () => {
  const { request } = await planGenerate(workshop, { ...rocket, preset: "fast" });
  expect(request.input).toMatchObject({ preset: "fast" });
});

test.each([
  ["quick", "unknown_preset", /has fast, careful, draft, broken, got “quick”/],
  ["constructor", "unknown_preset", /got “constructor”/],
  ["broken", "adapter_not_installed", /no absent adapter/],
])("%s is refused as %s", async (preset, code, message) => {
  const planning = planGenerate(workshop, { ...rocket, preset });
  await expect(planning).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
});

test("a model without presets says so", async () => {
  const plain = await openWorkshop(temporaryFolder());
  await expect(planGenerate(plain, { ...rocket, preset: "fast" })).rejects.toThrow(
    /has no presets; leave it out/,
  );
});
