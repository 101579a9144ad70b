import { readFileSync } from "node:fs";
import path from "node:path";
import { openTokenizer, type TextTokenizer } from "#src/engine/text/tokenizer.js";
import { writeTokenizers } from "#src/training/tokenizer.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";

// Words that begin alike, that hold each other, in several scripts, and signs.
const WORDS = (
  "a an and ant art boat boats castle cat of of on red step step-by-step s street tree house . , - ( ) 3*3 2*2 9 " +
  "3 <image-1> <image-2> <image-9> it's 城堡 café ١٢ дом"
).split(" ");
const LENGTHS = { t5Length: 32, clipLength: 77 };
const NAMES = ["tokenizer_2", "tokenizer"] as const;

const folder = temporaryFolder();
const sizes = await writeTokenizers(WORDS, folder, LENGTHS);
const [t5, clip] = await Promise.all([
  openTokenizer(path.join(folder, "tokenizer_2"), 32),
  openTokenizer(path.join(folder, "tokenizer"), 77),
]);

const unique = [...new Set(WORDS)];
const t5Words = (text: string) => wordsOf(t5, text, [0, -1], 3);
const clipWords = (text: string) => wordsOf(clip, text, [1, -1], 1);

/** The words that a text's ids stand for. */
function wordsOf(
  tokenizer: TextTokenizer,
  text: string,
  [from, to]: [number, number],
  first: number,
): string[] {
  const { ids, length } = tokenizer.encode(text);
  return ids
    .slice(0, length)
    .slice(from, to)
    .map((id) => unique[id - first] ?? "<unk>");
}

test("a vocabulary is the words and three special tokens; that of CLIP ends with its end", () => {
  expect(sizes).toEqual({ t5VocabSize: unique.length + 3, clipVocabSize: unique.length + 3 });
  expect(clip.encode("").ids.slice(0, 3)).toEqual([
    sizes.clipVocabSize - 2,
    sizes.clipVocabSize - 1,
    sizes.clipVocabSize - 1,
  ]);
  expect(t5.encode("").ids.slice(0, 2)).toEqual([1, 0]);
});

test.each(unique)("%s is one token of its own", (word) => {
  expect([t5Words(word), clipWords(word)]).toEqual([[word], [word]]);
});

test("a text of words is those words, in any order", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...unique), { maxLength: 30 }), (words) => {
      const text = words.join(" ");
      expect(t5Words(text)).toEqual(words);
      expect(clipWords(text)).toEqual(words);
    }),
    { seed: 5 },
  );
});

test.each([
  ["A Red\n house,(3*3 of 9)", "a red house , ( 3*3 of 9 )"],
  ["<image-1> cat<image-2>tree.", "<image-1> cat <image-2> tree ."],
  ["step-by-step, step - step-on", "step-by-step , step - step - on"],
  ["boats cats CASTLES", "boats cat castle"],
  ["it's cafe\u0301", "it's café"],
])("%j reads %s", (text, words) => {
  expect([t5Words(text).join(" "), clipWords(text).join(" ")]).toEqual([words, words]);
});

test("what is not listed is one unknown token, a run of it too", () => {
  expect(clipWords("red aardvark on 龍 33*3")).toEqual("red <unk> on <unk> 3".split(" "));
  expect(t5Words("red dragon lizard on 龍 🐉!")).toEqual("red <unk> on <unk>".split(" "));
  expect(t5Words("aardvark")).toEqual(["a", "<unk>"]);
});

test("the same words give the same bytes", async () => {
  const again = temporaryFolder();
  await writeTokenizers([...WORDS, "CASTLE"], again, LENGTHS);
  for (const name of NAMES)
    for (const file of ["tokenizer.json", "tokenizer_config.json"])
      expect(readFileSync(path.join(again, name, file))).toEqual(
        readFileSync(path.join(folder, name, file)),
      );
});

test.each(["", " ", "two words"])("%j is no word", async (word) => {
  await expect(writeTokenizers([word], temporaryFolder(), LENGTHS)).rejects.toThrow(/is no word/);
});

test("a long text, and one without a space, is cut", () => {
  expect(t5.encode("a dragon over the castles ".repeat(4000)).ids).toHaveLength(32);
  expect(clip.encode("x".repeat(16_000)).ids).toHaveLength(77);
});
