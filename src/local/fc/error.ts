// The errors of the service itself, as opposed to errors of a function, with FC's codes and statuses.
// https://www.alibabacloud.com/help/en/functioncompute/error-codes

/** An answer of FC that is not an invocation result. `status` is the HTTP status, `code` FC's error code. */
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

export function invalidArgument(message: string, options?: ErrorOptions): FcError {
  return new FcError(400, 'InvalidArgument', message, options);
}

/** What FC has and this server has not. */
export function notImplemented(message: string): FcError {
  return new FcError(501, 'NotImplemented', message);
}

export function functionNotFound(functionName: string): FcError {
  return new FcError(404, 'FunctionNotFound', `function '${functionName}' does not exist`);
}
