// Where files of the page go: the key of each, and why it cannot be one.
import { isSendable } from '../object-name.js';

/** A folder ends with "/", and is empty for the bucket itself; anything else is a whole key. */
export function isFolder(where: string): boolean {
  return where === '' || where.endsWith('/');
}

/** @param name of the file */
export function keyIn(where: string, name: string): string {
  return isFolder(where) ? where + name : where;
}

/**
 * Why the page cannot send this key: `dots`, since browsers take a segment that is `.` or `..` out of an address;
 * `slash`, since OSS has no key that begins with `/` or `\`; `long`: more than 1,023 bytes; `empty`.
 */
export function mistakeIn(key: string): 'dots' | 'slash' | 'long' | 'empty' | undefined {
  if (key === '') return 'empty';
  if (!isSendable(key)) return 'dots';
  if (/^[/\\]/.test(key)) return 'slash';
  return new TextEncoder().encode(key).length > 1_023 ? 'long' : undefined;
}
