// What can go wrong while a procedure is made, said so that whoever asked can ask better.

import type { SourceErrorCode } from "../sources/index.js";

export type ProcedureErrorCode =
  | SourceErrorCode
  | "bad_catalogue"
  | "bad_model"
  | "unknown_domain"
  | "domain_not_installed"
  | "frame_count"
  | "adapter_not_installed"
  | "unknown_preset"
  | "bad_mix"
  | "unknown_style"
  | "style_not_installed"
  | "bad_style"
  | "bad_subject"
  | "bad_steps"
  | "bad_seed"
  | "not_neighbours"
  | "bad_target"
  | "no_such_step"
  | "no_such_file"
  | "not_allowed"
  | "bad_source"
  | "no_such_procedure"
  | "damaged_procedure"
  | "outside_procedure"
  | "still_running"
  | "queue_full"
  | "too_many_jobs"
  | "cannot_save";

/** The message names the value, what is allowed and the next step. */
export class ProcedureError extends Error {
  override name = "ProcedureError";
  readonly code: ProcedureErrorCode;

  constructor(code: ProcedureErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
