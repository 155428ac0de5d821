import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { withEnvironmentFile } from '../../src/deploy/environment-file.js';

const folder = mkdtempSync(join(tmpdir(), 'autostyle env '));
const file = join(folder, '.env');
afterAll(() => rmSync(folder, { recursive: true }));

describe('withEnvironmentFile', () => {
  it('puts what is set over what the file says, and takes empty for unset in both', () => {
    writeFileSync(file, "# a comment\nONE=1\nTWO='two words'\nexport THREE=3\nEMPTY=\nFOUR=4\n");
    expect(withEnvironmentFile({ TWO: 'set', FOUR: '', FIVE: '5' }, file)).toEqual({
      ONE: '1',
      TWO: 'set',
      THREE: '3',
      FOUR: '4',
      FIVE: '5',
    });
  });

  it('reads the file that ENV_FILE names', () => {
    writeFileSync(file, 'REGION=cn-shanghai\n');
    expect(withEnvironmentFile({ ENV_FILE: file })).toMatchObject({ REGION: 'cn-shanghai' });
  });

  it('does without a file, but not with one that cannot be read', () => {
    expect(withEnvironmentFile({ ONE: '1' }, join(folder, 'none'))).toEqual({ ONE: '1' });
    expect(() => withEnvironmentFile({}, folder)).toThrow(/EISDIR/);
  });
});
