// The engine's one error class.

export type EngineErrorCode =
  | "bad_model_config"
  | "bad_weights"
  | "bad_request"
  | "cancelled"
  | "cannot_write"
  | "no_such_file"
  | "not_finite";

/** What went wrong, with the values, and the next step. `code` is stable. */
export class EngineError extends Error {
  readonly code: EngineErrorCode;

  constructor(code: EngineErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "EngineError";
    this.code = code;
  }
}
