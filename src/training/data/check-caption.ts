// An example's words: read, taken apart, and held against its pictures.
import { type Caption, hasOddSteps, parseCaption } from "./caption.js";
import { parseCaptionsJson } from "./captions-json.js";
import type { Problem } from "./error.js";
import type { PageFiles, SequenceFiles } from "./files.js";
import { readText } from "./text.js";

export interface CheckedCaption {
  caption?: Caption;
  problems: Problem[];
  warnings: Problem[];
}

/** @param phrase - for a sequence whose captions.json names none */
export async function checkCaption(
  item: PageFiles | SequenceFiles,
  phrase?: string,
): Promise<CheckedCaption> {
  const { file, exists } = item.words;
  if (!exists)
    return wrong(
      "missing_caption",
      item.kind === "page" ? item.page : item.folder,
      `has no ${item.kind === "page" ? ".caption file of its name" : "captions.json"}; write one, or let a vision model do it: makeanything caption`,
    );
  let text: string;
  try {
    text = await readText(file);
  } catch (error) {
    return wrong("unreadable_caption", file, `${(error as Error).message}; save it as UTF-8 text`);
  }
  if (text.trim() === "") return wrong("empty_caption", file, `is empty; ${DESCRIBE}`);
  return item.kind === "page"
    ? checkPage(file, text)
    : checkSequence(file, text, item.frames.length, phrase);
}

const DESCRIBE = "write what the frames show, or remove it and run makeanything caption";

function checkPage(file: string, text: string): CheckedCaption {
  let caption: Caption;
  try {
    caption = parseCaption(text);
  } catch (error) {
    return wrong("bad_lora_up", file, (error as Error).message);
  }
  if (caption.prompt === "") return wrong("empty_caption", file, `has no words; ${DESCRIBE}`);
  const count = caption.steps.length;
  const isOdd = hasOddSteps(caption) || ![0, 4, 9].includes(count);
  const message =
    "does not number its frames <image-1> to <image-4> or <image-9>: the model cannot tell which text is whose";
  return { caption, problems: [], warnings: isOdd ? [{ code: "odd_steps", file, message }] : [] };
}

function checkSequence(
  file: string,
  text: string,
  frames: number,
  phrase: string | undefined,
): CheckedCaption {
  try {
    const caption = parseCaptionsJson(text, phrase);
    const { length } = caption.steps;
    if (length === frames) return { caption, problems: [], warnings: [] };
    return wrong(
      "bad_captions_json",
      file,
      `has ${length} texts for ${frames} frames; give one for each, in order`,
    );
  } catch (error) {
    return wrong("bad_captions_json", file, (error as Error).message);
  }
}

function wrong(code: Problem["code"], file: string, message: string): CheckedCaption {
  return { problems: [{ code, file, message }], warnings: [] };
}
