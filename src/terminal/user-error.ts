// A mistake of the user: a command tells it in one line, without a stack.

/** The user's mistake: told without a stack. Exit code 1, or 2 for flags and files that cannot be read. */
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
