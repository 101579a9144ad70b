// What a caller says in words: put on one line and kept to a length.
import { ProcedureError } from "./error.js";
import { oneLine } from "./words.js";

export const MAX_SUBJECT_LENGTH = 1000;
export const MAX_CAPTION_LENGTH = 500;

/** Throws `bad_subject` where nothing is left, or too much. */
export function cleanSubject(subject: string): string {
  const text = oneLine(subject);
  if (text === "")
    throw new ProcedureError("bad_subject", "subject: is empty; say what is made, as “a red boat”");
  if (text.length > MAX_SUBJECT_LENGTH)
    throw new ProcedureError(
      "bad_subject",
      `subject: at most ${MAX_SUBJECT_LENGTH} characters, got ${text.length}; say what is made in a few words`,
    );
  return text;
}

/** Texts for `count` steps. Throws `bad_steps`. @param name - the argument's name */
export function cleanCaptions(texts: readonly string[], count: number, name: string): string[] {
  if (texts.length !== count)
    throw new ProcedureError(
      "bad_steps",
      `${name}: need ${count} texts, one for each, got ${texts.length}${name === "steps" ? "; frames: 4 or 9 says how many" : ""}`,
    );
  return texts.map((text, i) => {
    const caption = oneLine(text);
    if (caption === "" || caption.length > MAX_CAPTION_LENGTH)
      throw new ProcedureError(
        "bad_steps",
        `${name}: text ${i + 1} must have 1 to ${MAX_CAPTION_LENGTH} characters, got ${caption.length}`,
      );
    return caption;
  });
}
