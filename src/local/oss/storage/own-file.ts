// The files and folders of a data directory. Somebody else may have put anything there: no link is followed, nothing
// but a regular file is read, and what is refused is named.

import { randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** O_NOFOLLOW is missing on Windows, where a link needs a privilege; O_NONBLOCK keeps a named pipe from waiting. */
const readOnly = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Makes a folder and those that it lies in. With `recursive: true`, Node.js 20 never returns for a path in /proc. */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && dirname(path) !== path) {
      makeFolder(dirname(path));
      mkdirSync(path);
    } else if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

/** Removes a folder if it is there and nothing is in it. */
export function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    if (!['EEXIST', 'ENOENT', 'ENOTEMPTY'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/** Opens a regular file to read it. @throws Error that names the file */
export function openOwnFile(path: string): number {
  const file = openSync(path, readOnly);
  if (fstatSync(file).isFile()) return file;
  closeSync(file);
  throw new Error(`${path} is not a file of the embedded OSS`);
}

/** All of a regular file that has at most `limit` bytes. @throws Error that names the file */
export function readOwnFile(path: string, limit: number): string {
  const file = openOwnFile(path);
  try {
    if (fstatSync(file).size > limit) throw new Error(`${path} is too large to be a file of the embedded OSS`);
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

/** The name of a file that is on its way to `name`. */
const temporary = /^(.*)\.[0-9a-f-]{36}\.tmp$/s;

/** Whether a crash may have left that file on its way to a name which `fits`. */
export function isLeftOver(name: string, fits: RegExp): boolean {
  return fits.test(temporary.exec(name)?.[1] ?? '');
}

/** Writes all of a file, or nothing. */
export function writeOwnFile(path: string, text: string): void {
  const onItsWay = `${path}.${randomUUID()}.tmp`;
  try {
    writeFileSync(onItsWay, text, { flag: 'wx' });
    renameSync(onItsWay, path);
  } catch (error) {
    rmSync(onItsWay, { force: true });
    throw error;
  }
}
