import { prepareWorldModel } from "#src/training/world-model.js";
import { openPrompts } from "#src/training/prompts.js";
import { expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";
import { world } from "./tiny.js";

test("prompts become ids of the lengths that the encoders take, each read once", async () => {
  const folder = temporaryFolder();
  await prepareWorldModel(folder, world);
  const { t5, clip } = world.networks;
  const idsOf = await openPrompts(folder, {
    t5: { ...t5, tokenizer: "tokenizer_2", vocabSize: 1 },
    clip: { ...clip, tokenizer: "tokenizer", vocabSize: 1 },
  });
  const red = idsOf("a red house");
  expect([red.t5.length, red.clip.length]).toEqual([t5.maxLength, clip.maxLength]);
  expect(idsOf("a red house")).toBe(red);
  const blue = idsOf("a blue house");
  expect([blue.t5, blue.clip]).not.toEqual([red.t5, red.clip]);
  expect(idsOf("a red house ".repeat(40)).t5).toHaveLength(t5.maxLength);
});
