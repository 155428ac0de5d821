// What went wrong between here and Function Compute: the service refused, or there was no answer.

/** A call to FC that did not succeed. Holds no credential, token or signature. */
export class FunctionComputeError extends Error {
  override readonly name = 'FunctionComputeError';
  /** FC's Code, such as `FunctionNotFound`; or ours: `Timeout`, `UnexpectedAnswer`, a network error's code. */
  readonly code: string;
  /** HTTP status; none when there was no answer. */
  readonly status: number | undefined;
  readonly requestId: string | undefined;

  constructor(
    message: string,
    failure: { code: string; status?: number | undefined; requestId?: string | undefined; cause?: unknown },
  ) {
    super(message, failure.cause === undefined ? undefined : { cause: failure.cause });
    this.code = failure.code;
    this.status = failure.status;
    this.requestId = failure.requestId;
  }
}
