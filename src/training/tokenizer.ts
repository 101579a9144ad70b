// The two tokenizers of a model that knows a list of words, in the two public formats: Unigram with
// Metaspace as T5 has it, byte-level BPE as CLIP has it. Both cut a text alike, at the words of the list,
// and every word is one token.
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

export interface TokenizerLengths {
  /** tokens of a prompt, its end token included */
  t5Length: number;
  clipLength: number;
}

/** The end-of-text token of CLIP must have the highest id: there its state is read. */
const BEGIN = "<|startoftext|>";
const END = "<|endoftext|>";
const UNKNOWN = "<unk>";
const PAD = "<pad>";
const EOS = "</s>";
/** Of T5's pieces: any number does, as long as an unknown letter costs more. */
const SCORE = -1;
/** What words are made of, as a class of a regular expression. */
const LETTERS = "\\p{L}\\p{M}\\p{N}";

/**
 * Writes `tokenizer/` (CLIP) and `tokenizer_2/` (T5), the same bytes for the same words. A word is read in
 * lower case; of a known word's plural the `s` is not read. What is not listed is `<unk>`, a run of it one
 * token; T5 may see a listed word at its beginning first. Throws RangeError where a word is none.
 * @param words - also punctuation and the likes of `3*3`; once where one comes twice
 */
export async function writeTokenizers(
  words: readonly string[],
  folder: string,
  { t5Length, clipLength }: TokenizerLengths,
): Promise<{ t5VocabSize: number; clipVocabSize: number }> {
  const list = [...new Set(words.map(normalize))];
  const t5 = t5Tokenizer(list);
  const clip = clipTokenizer(list);
  await write(path.join(folder, "tokenizer_2"), t5, {
    tokenizer_class: "T5Tokenizer",
    model_max_length: t5Length,
    pad_token: PAD,
    eos_token: EOS,
    unk_token: UNKNOWN,
  });
  await write(path.join(folder, "tokenizer"), clip, {
    tokenizer_class: "CLIPTokenizer",
    model_max_length: clipLength,
    bos_token: BEGIN,
    eos_token: END,
    pad_token: END,
    unk_token: UNKNOWN,
  });
  return {
    t5VocabSize: t5.model.vocab.length,
    clipVocabSize: Object.keys(clip.model.vocab).length,
  };
}

function normalize(word: string): string {
  const normal = word.normalize("NFKC").toLowerCase();
  if (/^\S+$/.test(normal)) return normal;
  throw new RangeError(
    `writeTokenizers: ${JSON.stringify(word)} is no word; give it without spaces`,
  );
}

function t5Tokenizer(words: readonly string[]) {
  const metaspace = { type: "Metaspace", replacement: "▁", prepend_scheme: "always" };
  const special = [PAD, EOS, UNKNOWN];
  const template = [
    { Sequence: { id: "A", type_id: 0 } },
    { SpecialToken: { id: EOS, type_id: 0 } },
  ];
  return {
    ...shared(special.map((content, id) => ({ id, content }))),
    pre_tokenizer: { type: "Sequence", pretokenizers: [splitAt(words), metaspace] },
    post_processor: {
      type: "TemplateProcessing",
      single: template,
      pair: template,
      special_tokens: { [EOS]: { id: EOS, ids: [1], tokens: [EOS] } },
    },
    decoder: metaspace,
    model: {
      type: "Unigram",
      unk_id: 2,
      vocab: [
        ...special.map((token) => [token, 0] as const),
        ...words.map((word) => [`▁${word}`, SCORE] as const),
      ],
      byte_fallback: false,
    },
  };
}

function clipTokenizer(words: readonly string[]) {
  const tokens = [UNKNOWN, ...words.map(byteLevel), BEGIN, END];
  const ids = Object.fromEntries(tokens.map((token, id) => [token, id]));
  const byteLevelStep = { type: "ByteLevel", add_prefix_space: true, trim_offsets: true };
  return {
    ...shared([UNKNOWN, BEGIN, END].map((content) => ({ id: ids[content]!, content }))),
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [splitAt(words), { ...byteLevelStep, use_regex: false }],
    },
    post_processor: {
      type: "RobertaProcessing",
      sep: [END, ids[END]],
      cls: [BEGIN, ids[BEGIN]],
      trim_offsets: false,
      add_prefix_space: false,
    },
    decoder: byteLevelStep,
    model: {
      type: "BPE",
      unk_token: UNKNOWN,
      fuse_unk: true,
      // A word is looked up as a whole; there is nothing to merge.
      ignore_merges: true,
      vocab: ids,
      merges: [],
    },
  };
}

function shared(special: readonly { id: number; content: string }[]) {
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: special.map((token) => ({
      ...token,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: { type: "Sequence", normalizers: [{ type: "NFKC" }, { type: "Lowercase" }] },
  };
}

/** Keeps the words of the list, other words, and single signs; the longest first where several begin alike. */
function splitAt(words: readonly string[]): object {
  const begins = `(?<![${LETTERS}])`;
  const ends = `(?=s?(?![${LETTERS}]))`;
  const listed = words
    .toSorted((a, b) => b.length - a.length)
    .map((word) => {
      const isWord = new RegExp(`^[${LETTERS}](.*[${LETTERS}])?$`, "u").test(word);
      return isWord ? `${begins}${escape(word)}${ends}` : escape(word);
    });
  const pattern = [...listed, `${begins}[${LETTERS}]+`, `[^\\s${LETTERS}]`].join("|");
  return { type: "Split", pattern: { Regex: pattern }, behavior: "Removed", invert: true };
}

function escape(word: string): string {
  return word.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

/** A word with a space before it as byte-level BPE writes it: one visible character a byte (GPT-2). */
function byteLevel(word: string): string {
  return Array.from(Buffer.from(` ${word}`), (byte) => BYTES[byte]).join("");
}

const BYTES = byteCharacters();

function byteCharacters(): string[] {
  const isVisible = (byte: number) =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte !== 0xad);
  let hidden = 0;
  return Array.from({ length: 256 }, (_, byte) =>
    String.fromCharCode(isVisible(byte) ? byte : 256 + hidden++),
  );
}

async function write(folder: string, tokenizer: object, config: object): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, "tokenizer.json"), `${JSON.stringify(tokenizer)}\n`);
  await writeFile(path.join(folder, "tokenizer_config.json"), `${JSON.stringify(config)}\n`);
}
