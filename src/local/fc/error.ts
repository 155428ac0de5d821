// Errors of the service itself, as opposed to errors of a function, with FC's codes and statuses.

// https://www.alibabacloud.com/help/en/functioncompute/error-codes

/** An answer of FC that is no invocation result. `status` is the HTTP status, `code` FC's error code. */
export class FcError extends Error {
  override readonly name = 'FcError';
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
