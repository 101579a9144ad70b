// What can be wrong with a picture that somebody gave us. The message says what, with the values, and
// what to do next; it goes to a person or an agent as it is.

export type PictureErrorCode =
  | "no_such_file"
  | "not_a_file"
  | "moved"
  | "unreadable"
  | "not_an_image"
  | "unsupported_format"
  | "too_large"
  | "corrupt"
  | "too_slow";

export class PictureError extends Error {
  override readonly name = "PictureError";
  readonly code: PictureErrorCode;

  constructor(code: PictureErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
