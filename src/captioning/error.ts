// What can go wrong between us and somebody's vision model. The message names the next step.

export type VisionErrorCode =
  | "bad_endpoint"
  | "insecure_endpoint"
  | "unreachable"
  | "refused_key"
  | "refused_request"
  | "too_many_requests"
  | "server_error"
  | "timeout"
  | "bad_answer";

export class VisionError extends Error {
  override readonly name = "VisionError";
  readonly code: VisionErrorCode;

  constructor(code: VisionErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
