// Locks a data directory: of two processes at a time, each would remove files of the other.

import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, readOwnFile } from './own-file.js';

/**
 * Locks a directory for this process; the returned function releases it. A lock whose process has ended is replaced.
 * The name of the lock can be no bucket's.
 * @throws Error that names the process which has the lock, or the file that is no lock
 */
export function lockDirectory(directory: string): () => void {
  makeFolder(directory);
  const file = join(directory, '.lock');
  const release = (): void => rmSync(file, { force: true });
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return release;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const holder = readOwnFile(file, 20);
      // A crash may have left it empty.
      if (!/^\d*$/.test(holder)) throw new Error(`${file} is not a lock of the embedded OSS`);
      if (isRunning(Number(holder))) throw new Error(`${directory} is in use by process ${holder}`);
      release();
    }
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
