// The engine's one error class.

export type EngineErrorCode =
  | "bad_model_config"
  | "bad_weights"
  | "bad_request"
  | "cancelled"
  | "cannot_write"
  | "no_device"
  | "no_such_file"
  | "not_finite";

/** What is wrong with a file of weights. */
export type WeightFault =
  | "ambiguous" // a folder in which several files could be meant
  | "extra-tensor"
  | "gguf" // under the name of another format
  | "git-lfs-pointer" // what a download leaves in place of the file
  | "malformed"
  | "missing-shard"
  | "missing-tensor"
  | "non-finite"
  | "nothing-fits" // a file of another model
  | "truncated"
  | "unknown-format" // legal, but in a type or a quantisation that cannot be computed with
  | "wrong-shape";

/** The same as an error's message, for programs. */
export interface WeightFaultDetails {
  error: WeightFault;
  /** as its file names it */
  tensor?: string;
  /** without its folder */
  file?: string;
  /** shapes */
  found?: readonly number[];
  wanted?: readonly number[];
  /** how long the file is, and how long it says it is */
  bytes?: number;
  wantedBytes?: number;
}

/** What went wrong, with the values, and the next step. `code` is stable. */
export class EngineError extends Error {
  readonly code: EngineErrorCode;
  readonly details: WeightFaultDetails | undefined;

  constructor(
    code: EngineErrorCode,
    message: string,
    { details, ...options }: ErrorOptions & { details?: WeightFaultDetails } = {},
  ) {
    super(message, options);
    this.name = "EngineError";
    this.code = code;
    this.details = details;
  }
}
