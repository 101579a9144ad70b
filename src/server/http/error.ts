// Why the server cannot be started over HTTP, said to whoever starts it.

export type HttpErrorCode = "bad_address" | "address_taken" | "needs_token" | "bad_oauth";

export class HttpError extends Error {
  override name = "HttpError";
  readonly code: HttpErrorCode;

  constructor(code: HttpErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
