import path from "node:path";
import { expect, test } from "vitest";
import { readModelConfig } from "#src/engine/models/config.js";
import { openTokenizer } from "#src/engine/text/tokenizer.js";
import { embedded } from "./red-rocket.js";

const config = await readModelConfig(embedded);
const [t5Length, clipLength] = [config.t5.maxLength!, config.clip.maxLength!];
const t5 = await openTokenizer(path.join(embedded, "tokenizer_2"), t5Length);
const clip = await openTokenizer(path.join(embedded, "tokenizer"), clipLength);
const [clipStart, clipEnd] = [config.clip.vocabSize - 2, config.clip.vocabSize - 1];

test("a prompt has the ids that it was trained with", () => {
  expect(t5.encode("a red house, 3*3 of 9").ids.slice(0, 9)).toEqual([
    10, 115, 73, 4, 160, 94, 9, 1, 0,
  ]);
  expect(clip.encode("a red house").ids.slice(0, 6)).toEqual([
    clipStart,
    8,
    113,
    71,
    clipEnd,
    clipEnd,
  ]);
});

test("short text is padded behind its end token", () => {
  const { ids, length } = t5.encode("a red house");
  expect(ids).toHaveLength(t5Length);
  expect(ids[length - 1]).toBe(1);
  expect(new Set(ids.slice(length))).toEqual(new Set([0]));
  const pooled = clip.encode("a red house");
  expect(pooled.ids).toHaveLength(clipLength);
  expect(pooled.ids[0]).toBe(clipStart);
  expect(new Set(pooled.ids.slice(pooled.length - 1))).toEqual(new Set([clipEnd]));
});

test("long text is cut, and still ends", () => {
  expect(t5.encode("house ".repeat(100)).ids.at(-1)).toBe(1);
  expect(clip.encode("house ".repeat(100)).ids.at(-1)).toBe(clipEnd);
});

test.each([
  ["nothing", ""],
  ["100,000 characters", "a dragon over the sea ".repeat(4600)],
  ["100,000 characters without a space", "x".repeat(100_000)],
  ["Chinese", "一座红色的城堡"],
  ["control characters", "a\u0000red\u001b[31m\u202ehouse\ud800"],
  ["its own special tokens", "<|endoftext|></s><pad>"],
])("a prompt of %s becomes ids of the model's vocabulary", (_, prompt) => {
  for (const id of t5.encode(prompt).ids) expect(id).toBeLessThan(config.t5.vocabSize);
  for (const id of clip.encode(prompt).ids) expect(id).toBeLessThan(config.clip.vocabSize);
  expect(t5.encode(prompt).ids).toHaveLength(t5Length);
  expect(clip.encode(prompt).ids).toHaveLength(clipLength);
});
