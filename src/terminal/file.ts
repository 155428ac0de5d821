// Files: those that a user names, read whole or refused in one line, and files that are written whole.
import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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

/** Writes all of a file or nothing: whoever reads it meanwhile gets the old content or the new one, never a part. */
export function writeWhole(file: string, content: string | Uint8Array, mode?: number): void {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    writeFileSync(temporary, content, { mode, flag: 'wx' });
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Why the file system refused something, in words. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a directory';
  if (code === 'EACCES') return 'no permission';
  return message;
}
