// What can go wrong with a page: always a caller's mistake, told with the numbers.

export type GridErrorCode = "no_frames" | "outside_layout" | "wrong_size" | "page_too_small";

export class GridError extends Error {
  override readonly name = "GridError";
  readonly code: GridErrorCode;

  constructor(code: GridErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
