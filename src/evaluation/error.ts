// What can go wrong in an evaluation. The message names the next step.

export type EvaluationErrorCode =
  | "bad_recipe"
  | "bad_classifier"
  | "bad_clip"
  | "nothing_to_do"
  | "bad_results"
  | "bad_procedure"
  | "bad_form";

export class EvaluationError extends Error {
  override readonly name = "EvaluationError";
  readonly code: EvaluationErrorCode;

  constructor(code: EvaluationErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
