// Why a model could not be had. The message goes to the person who asked, and says the next step.

export type ModelsErrorCode =
  | "unknown_model"
  | "bad_settings"
  | "offline"
  | "unreachable"
  | "rate_limited"
  | "gated"
  | "no_access"
  | "not_found"
  | "bad_answer"
  | "changed"
  | "corrupt"
  | "no_space"
  | "cannot_write";

export class ModelsError extends Error {
  override name = "ModelsError";
  readonly code: ModelsErrorCode;
  /** set where asking again may help: how long the server wants us to wait, in ms; 0: it does not say */
  readonly retryMs: number | undefined;

  constructor(
    code: ModelsErrorCode,
    message: string,
    { retryMs, ...options }: ErrorOptions & { retryMs?: number | undefined } = {},
  ) {
    super(message, options);
    this.code = code;
    this.retryMs = retryMs;
  }
}
