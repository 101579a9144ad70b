// The one error class of training.

export type TrainingErrorCode =
  | "bad_config"
  | "bad_data"
  | "bad_checkpoint"
  | "cannot_write"
  | "in_use"
  | "diverged"
  | "cancelled";

/** What went wrong, with the values, and the next step. `code` is stable. */
export class TrainingError extends Error {
  readonly code: TrainingErrorCode;

  constructor(code: TrainingErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "TrainingError";
    this.code = code;
  }
}
