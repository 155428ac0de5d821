// The user's code: finds the function that a handler string such as `index.handler` names, calls it and waits for its
// first result, and turns a result or an error into what FC answers. Runs inside the instance.

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// biome-ignore lint/complexity/noBannedTypes: user code; nothing more is known of it than that it can be called
export type UserFunction = Function;

/** How a call ended. `handled` is true only for an error given to `callback`. */
export type CallResult = { ok: true; body: Buffer } | { ok: false; handled: boolean; error: FunctionError };

/** The body of a failed invocation, as FC answers it. The type and the stack are absent when the process died. */
export interface FunctionError {
  errorMessage: string;
  errorType?: string;
  stackTrace?: string[];
}

/**
 * Loads `<codeDir>/<module>.js` (or `.mjs`) and returns the export; the handler is split at its last dot.
 * Throws whatever the module throws while it loads, and an Error when the module or the export is missing.
 */
export async function loadFunction(codeDir: string, handler: string): Promise<UserFunction> {
  const dot = handler.lastIndexOf('.');
  const base = join(codeDir, handler.slice(0, dot));
  const name = handler.slice(dot + 1);
  const file = [`${base}.js`, `${base}.mjs`].find((candidate) => existsSync(candidate));
  if (file === undefined) throw new Error(`Module '${base}.js' is missing.`);
  const loaded = Object(await importModule(file)) as object;
  const exported: unknown = Reflect.get(loaded, name);
  if (typeof exported !== 'function') throw new Error(`Handler '${name}' is missing on module '${base}.js'.`);
  return exported;
}

async function importModule(file: string): Promise<object> {
  // From the code directory, so that the function resolves its own packages, never the project's.
  const require = createRequire(file);
  if (file.endsWith('.mjs')) return (await import(pathToFileURL(file).href)) as object;
  try {
    return require(file) as object;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_REQUIRE_ESM') {
      return (await import(pathToFileURL(file).href)) as object;
    }
    throw error;
  }
}

/**
 * Calls `fn(...args, callback)`. The first of callback, return value, promise and exception wins; later ones are
 * ignored. A plain `undefined` returned by a function that takes the callback means that the callback will follow.
 */
export function callFunction(fn: UserFunction, args: readonly unknown[]): Promise<CallResult> {
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

function failure(thrown: unknown, handled: boolean): CallResult {
  return { ok: false, handled, error: describeError(thrown) };
}

function success(value: unknown): CallResult {
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
 * Bytes of a result: nothing → empty, Buffer → as it is, string → UTF-8, all else as FC writes it. Throws what
 * `JSON.stringify` throws.
 */
export function resultBytes(value: unknown): Buffer {
  if (value === undefined || value === null) return Buffer.alloc(0);
  if (Buffer.isBuffer(value)) return value;
  if (typeof value === 'object') return Buffer.from(JSON.stringify(value) ?? '');
  return Buffer.from(String(value));
}

/** Describes whatever was thrown, rejected or passed to `callback`; never throws itself, however odd the value. */
export function describeError(thrown: unknown): FunctionError {
  try {
    if (thrown instanceof Error) {
      const stack = typeof thrown.stack === 'string' ? thrown.stack : String(thrown);
      return {
        errorMessage: String(thrown.message),
        errorType: String(thrown.name),
        stackTrace: stack.split('\n').map((line) => line.trim()),
      };
    }
    const text = typeof thrown === 'object' ? JSON.stringify(thrown) : String(thrown);
    return { errorMessage: text ?? String(thrown), errorType: 'FunctionHandledError', stackTrace: [] };
  } catch {
    return { errorMessage: 'The error could not be described.', errorType: 'FunctionHandledError', stackTrace: [] };
  }
}
