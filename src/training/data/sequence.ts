// A folder of frames: `001.png`, `002.png` … (or `step-01.png` …) of one procedure, and captions.json.
import path from "node:path";
import type { Problem } from "./error.js";
import { type DataFile, type Folder, isCaptionsJson, type SequenceFiles } from "./files.js";

/** How many missing frames a message names. */
const NAMED = 5;

/** Gives the folder's sequence; what is wrong with it is added to `problems`. */
export function surveySequence(
  { path: folder, name, files }: Folder,
  pictures: readonly DataFile[],
  problems: Problem[],
): SequenceFiles {
  const numbered = new Map<number, DataFile>();
  for (const picture of pictures) {
    const number = Number(/\d{1,9}$/.exec(picture.stem.normalize("NFKC"))?.[0] ?? NaN);
    const same = numbered.get(number);
    if (Number.isNaN(number))
      problems.push({
        code: "unnumbered_frame",
        file: picture.path,
        message: "has no number at the end of its name; number it as a frame, or move it elsewhere",
      });
    else if (same)
      problems.push({
        code: "duplicate_picture",
        file: picture.path,
        message: `${same.path} is frame ${number} too; keep one of them`,
      });
    else numbered.set(number, picture);
  }
  const frames = [...numbered].toSorted(([a], [b]) => a - b);
  const missing = missingIn(frames.map(([number]) => number));
  if (missing.length > 0)
    problems.push({
      code: "missing_frame",
      file: folder,
      message: `${missing.join(", ")} missing between its numbered pictures; add what is missing, or number the rest anew`,
    });
  else if (frames.length !== 4 && frames.length !== 9)
    problems.push({
      code: "wrong_frame_count",
      file: folder,
      message: `has ${frames.length} frames, a page holds 4 or 9; add or remove some`,
    });
  const captions = files.filter(isCaptionsJson);
  if (captions[1])
    problems.push({
      code: "duplicate_caption",
      file: captions[1].path,
      message: `${captions[0]!.path} is a captions.json too; keep one of them`,
    });
  return {
    kind: "sequence",
    id: name === "" ? path.basename(folder) : name,
    folder,
    frames: frames.map(([, picture]) => picture.path),
    words: {
      file: captions[0]?.path ?? path.join(folder, "captions.json"),
      exists: captions.length > 0,
    },
  };
}

/** The numbers that are not there, counted from 1, or from 0 where there is one; the first few of them. */
function missingIn(numbers: readonly number[]): string[] {
  const missing: string[] = [];
  let next = numbers[0] === 0 ? 0 : 1;
  for (const number of numbers) {
    for (; next < number; next++) {
      if (missing.length === NAMED) return [...missing, "and more"];
      missing.push(`frame ${next}`);
    }
    next = number + 1;
  }
  return missing;
}
