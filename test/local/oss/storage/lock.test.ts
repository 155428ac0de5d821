import { mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { directoryStorage } from '../../../../src/local/oss/storage/directory.js';
import { lockDirectory } from '../../../../src/local/oss/storage/lock.js';
import { scratch } from './scratch.js';

/** What the lock of a directory says: process, start, and a random part. */
function holder(directory: string): string[] {
  const [name = '', ...others] = readdirSync(join(directory, '.lock'));
  expect(others).toEqual([]);
  return name.split('_');
}

/** Leaves a lock in a directory as a process that was killed does; this process's, but for what is `other`. */
function leaveLock(directory: string, other: { pid?: number; start?: string }): void {
  lockDirectory(directory);
  const [pid, start, random] = holder(directory);
  const lock = join(directory, '.lock');
  const left = [other.pid ?? pid, other.start ?? start, random].join('_');
  renameSync(join(lock, [pid, start, random].join('_')), join(lock, left));
}

const noProcess = 2_147_483_646;

it('lets one process have a directory, and leaves nothing behind', () => {
  const directory = scratch();
  const release = lockDirectory(directory);
  expect(() => lockDirectory(directory)).toThrow(`${directory} is in use by process ${process.pid}`);
  release();
  expect(readdirSync(directory)).toEqual([]);
});

it.each([
  ['a process that is gone', { pid: noProcess }],
  ['another run with the id of this process', { start: '1' }],
  ['a process whose id another process has now', { pid: process.ppid, start: '1' }],
])('takes over from %s', (_, other) => {
  const directory = scratch();
  leaveLock(directory, other);
  lockDirectory(directory);
  expect(holder(directory)[0]).toBe(String(process.pid));
});

it('releases only its own lock', () => {
  const directory = scratch();
  const release = lockDirectory(directory);
  release();
  const again = lockDirectory(directory);
  release();
  expect(() => lockDirectory(directory)).toThrow('is in use');
  again();
  again();
});

it('takes no name from a bucket', () => {
  const directory = scratch();
  const release = lockDirectory(directory);
  directoryStorage(directory).saveBucket({ name: 'lock', created: 1, acl: 'private', styles: [] });
  release();
  expect(directoryStorage(directory).bucket('lock')?.name).toBe('lock');
});

it.each<[string, (lock: string, elsewhere: string) => void]>([
  ['text', (lock) => writeFileSync(lock, 'no process')],
  ['a number', (lock) => writeFileSync(lock, String(noProcess))],
  ['empty', (lock) => writeFileSync(lock, '')],
  ['a great deal', (lock) => writeFileSync(lock, '1'.repeat(1_000_000))],
  ['an empty folder', (lock) => mkdirSync(lock)],
  [
    'a folder with a file',
    (lock) => {
      mkdirSync(lock);
      writeFileSync(join(lock, String(noProcess)), '');
    },
  ],
  ['a link to a lock', (lock, elsewhere) => symlinkSync(join(elsewhere, '.lock'), lock)],
  ['a link to nothing', (lock, elsewhere) => symlinkSync(join(elsewhere, 'nothing'), lock)],
])('is refused by name, and left, when it is %s', (_, make) => {
  const [directory, elsewhere] = [scratch(), scratch()];
  leaveLock(elsewhere, { pid: noProcess });
  make(join(directory, '.lock'), elsewhere);
  const before = contents(directory);
  expect(() => lockDirectory(directory)).toThrow(`${join(directory, '.lock')} is not a lock of the embedded OSS`);
  expect(contents(directory)).toEqual(before);
  expect(holder(elsewhere)[0]).toBe(String(noProcess));
});

/** All that is there, and what the files hold. */
function contents(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true }).map((entry) => {
    const path = join(entry.parentPath, entry.name);
    return `${path} ${entry.isFile() ? readFileSync(path, 'utf8') : ''}`;
  });
}
