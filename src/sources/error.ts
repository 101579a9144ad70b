// Why a picture could not be had from where it was said to be. The message goes to whoever asked.

export type SourceErrorCode =
  | "bad_url"
  | "not_public"
  | "unreachable"
  | "too_large"
  | "too_slow"
  | "cancelled";

export class SourceError extends Error {
  override name = "SourceError";
  readonly code: SourceErrorCode;

  constructor(code: SourceErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
