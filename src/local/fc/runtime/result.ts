// What a handler's result and a handler's error become on the wire.

// Runs inside the instance.

/** The body of a failed invocation, as FC answers it. The type and the stack are absent when the process died. */
export interface FunctionError {
  errorMessage: string;
  errorType?: string;
  stackTrace?: string[];
}

/** Bytes of a result: nothing → empty, Buffer → as it is, string → UTF-8, all else as FC writes it. Throws what `JSON.stringify` throws. */
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
