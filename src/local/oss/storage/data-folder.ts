// Opens a data directory for this process alone.

import { directoryStorage } from './directory.js';
import { lockDirectory } from './lock.js';
import type { Storage } from './storage.js';

/**
 * Locks a directory and reads it.
 * @throws Error with code `EDATA` that says in one line which file or process is in the way
 */
export function openDataFolder(directory: string): { storage: Storage; release: () => void } {
  try {
    const release = lockDirectory(directory);
    try {
      return { storage: directoryStorage(directory), release };
    } catch (error) {
      release();
      throw error;
    }
  } catch (cause) {
    throw Object.assign(new Error((cause as Error).message, { cause }), { code: 'EDATA' });
  }
}
