import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lockDirectory } from '../../../../src/local/oss/storage/lock.js';

it('lets one process have a directory, and takes over from one that is gone', () => {
  const directory = mkdtempSync(join(tmpdir(), 'autostyle-lock-'));
  try {
    const release = lockDirectory(directory);
    expect(() => lockDirectory(directory)).toThrow(expect.objectContaining({ code: 'ELOCKED' }));
    release();
    for (const stale of ['2147483646', 'no process', '']) {
      writeFileSync(join(directory, 'lock'), stale);
      lockDirectory(directory)();
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
});
