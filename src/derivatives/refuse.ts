// How the library says what it cannot read.

/** @throws {TypeError} always: what was expected, and where */
export function refuse(at: string, expected: string): never {
  throw new TypeError(`${at}: expected ${expected}`);
}
