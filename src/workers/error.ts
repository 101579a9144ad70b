// Why a job in a child gave no result.

/**
 * `cancelled`, `closed`, `worker_died`, `worker_timeout`, `picture_timeout`, `worker_error`, or the
 * code that the child's own error had.
 */
export class WorkerError extends Error {
  override name = "WorkerError";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
