// Calls a handler or an initializer and waits for its first result.
// Runs inside the instance.

import { describeError, type FunctionError, resultBytes } from './result.js';

/** How a call ended. `handled` is true only for an error given to `callback`. */
export type Outcome = { ok: true; body: Buffer } | { ok: false; handled: boolean; error: FunctionError };

// biome-ignore lint/complexity/noBannedTypes: user code; nothing more is known of it than that it can be called
export type UserFunction = Function;

function failure(thrown: unknown, handled: boolean): Outcome {
  return { ok: false, handled, error: describeError(thrown) };
}

function success(value: unknown): Outcome {
  try {
    return { ok: true, body: resultBytes(value) };
  } catch (error) {
    return failure(error, false);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    (typeof value === 'object' || typeof value === 'function') &&
    value !== null &&
    'then' in value &&
    typeof value.then === 'function'
  );
}

/**
 * Calls `fn(...args, callback)`. The first of callback, return value, promise and exception wins; later ones are ignored.
 * A plain `undefined` returned by a function that takes the callback means that the callback will follow.
 */
export function callFunction(fn: UserFunction, args: readonly unknown[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const callback = (error?: unknown, result?: unknown) => resolve(error ? failure(error, true) : success(result));
    try {
      const returned: unknown = fn(...args, callback);
      if (isThenable(returned)) {
        returned.then(
          (value) => resolve(success(value)),
          (reason: unknown) => resolve(failure(reason, false)),
        );
      } else if (returned !== undefined || fn.length <= args.length) {
        resolve(success(returned));
      }
    } catch (error) {
      resolve(failure(error, false));
    }
  });
}
