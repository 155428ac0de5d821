import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { directoryStorage } from '../../../../src/local/oss/storage/directory.js';
import { lockDirectory } from '../../../../src/local/oss/storage/lock.js';
import { scratch } from './scratch.js';

it('lets one process have a directory, and takes over from one that is gone', () => {
  const directory = scratch();
  const release = lockDirectory(directory);
  expect(() => lockDirectory(directory)).toThrow(`${directory} is in use by process ${process.pid}`);
  release();
  for (const stale of ['2147483646', '']) {
    writeFileSync(join(directory, '.lock'), stale);
    lockDirectory(directory)();
  }
});

it('takes no name from a bucket', () => {
  const directory = scratch();
  const release = lockDirectory(directory);
  directoryStorage(directory).saveBucket({ name: 'lock', created: 1, acl: 'private', styles: [] });
  release();
  expect(directoryStorage(directory).bucket('lock')?.name).toBe('lock');
});

it.each<[string, (lock: string, other: string) => void]>([
  ['text', (lock) => writeFileSync(lock, 'no process')],
  ['a great deal', (lock) => writeFileSync(lock, '1'.repeat(1_000_000))],
  ['a folder', (lock) => mkdirSync(lock)],
  ['a link to a number', (lock, other) => symlinkSync(other, lock)],
])('is refused by name when it is %s', (_, make) => {
  const [directory, elsewhere] = [scratch(), scratch()];
  const other = join(elsewhere, 'other');
  writeFileSync(other, '2147483646');
  make(join(directory, '.lock'), other);
  expect(() => lockDirectory(directory)).toThrow(join(directory, '.lock'));
  expect(readFileSync(other, 'utf8')).toBe('2147483646');
});
