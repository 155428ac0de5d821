// Files that a user names: read whole, or refused with the reason in one line.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { UserError } from './user-error.js';

/** A path as the user means it: relative to the user's directory, also when npm runs the command in another one. */
export function userPath(path: string): string {
  return resolve(process.env['INIT_CWD'] ?? '.', path);
}

/** @throws {UserError} (2) when the file cannot be read */
export function readBytes(file: string): Buffer {
  try {
    return readFileSync(userPath(file));
  } catch (cause) {
    throw new UserError(`${file} cannot be read: ${reasonOf(cause)}`, 2, { cause });
  }
}

/** @throws {UserError} (2) when the file cannot be read or is not JSON */
export function readJson(file: string): unknown {
  try {
    return JSON.parse(readBytes(file).toString('utf8'));
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new UserError(`${file} is not JSON: ${(cause as Error).message}`, 2, { cause });
  }
}

/** The reason for an error of the file system, in words. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a directory';
  if (code === 'EACCES') return 'no permission';
  return message;
}
