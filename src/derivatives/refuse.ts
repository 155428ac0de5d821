// How the library says what it cannot read.

/** @throws {TypeError} always: it says where */
export function refuse(at: string): never {
  throw new TypeError(`cannot read ${at}`);
}
