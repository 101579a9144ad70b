// What can be wrong with people's training data. All of it is found before training starts and told at
// once: nobody should repair one file, wait, and hear of the next.

export type ProblemCode =
  | "no_such_folder"
  | "no_examples"
  | "unreadable_file"
  | "unsupported_picture"
  | "unreadable_picture"
  | "duplicate_picture"
  | "unequal_sizes"
  | "page_not_square"
  | "missing_frame"
  | "unnumbered_frame"
  | "wrong_frame_count"
  | "missing_caption"
  | "missing_picture"
  | "duplicate_caption"
  | "unreadable_caption"
  | "empty_caption"
  | "bad_captions_json"
  | "bad_lora_up"
  | "odd_steps"
  | "same_text";

/** One thing that is wrong with one file. */
export interface Problem {
  code: ProblemCode;
  /** the file or folder, absolute */
  file: string;
  /** what is wrong, and what to do */
  message: string;
}

/** How many problems a message spells out; `problems` has them all. */
const TOLD = 30;

export class DatasetError extends Error {
  override readonly name = "DatasetError";
  readonly code = "bad_dataset";
  readonly problems: readonly Problem[];

  constructor(folder: string, problems: readonly Problem[]) {
    const count = problems.length === 1 ? "one problem" : `${problems.length} problems`;
    super(`${count} in ${folder}:\n${tellProblems(problems)}`);
    this.problems = problems;
  }
}

/** A line for each problem, with its file. */
export function tellProblems(problems: readonly Problem[]): string {
  const lines = problems.slice(0, TOLD).map(({ file, message }) => `  ${file}: ${message}`);
  const more = problems.length - TOLD;
  return [...lines, ...(more > 0 ? [`  and ${more} more`] : [])].join("\n");
}
