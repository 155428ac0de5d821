// The user's mistake, which a command prints without a stack.

/** Exit code 1; 2 for wrong flags and files that cannot be read. */
export class UserError extends Error {
  override readonly name = 'UserError';
  constructor(
    message: string,
    readonly exitCode: 1 | 2 = 1,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
