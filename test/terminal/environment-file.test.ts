import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { withEnvironmentFile } from '../../src/terminal/environment-file.js';
import { UserError } from '../../src/terminal/user-error.js';

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

  it('does without a file, but not without one that ENV_FILE names', () => {
    expect(withEnvironmentFile({ ONE: '1' }, join(folder, 'none'))).toEqual({ ONE: '1' });
    const named = { ENV_FILE: join(folder, '.env.stagin') };
    expect(() => withEnvironmentFile(named)).toThrow(
      /^ENV_FILE: .*\.env\.stagin cannot be read: there is no such file$/,
    );
  });

  it('takes no byte order mark for part of a name', () => {
    writeFileSync(file, '\ufeffACCOUNT_ID=1\nTWO=zwei ä 中\n');
    expect(withEnvironmentFile({}, file)).toEqual({ ACCOUNT_ID: '1', TWO: 'zwei ä 中' });
  });

  it.each([
    ['UTF-16, as Windows writes it', Buffer.from('\ufeffONE=1\n', 'utf16le'), /is not in UTF-8 \(in UTF-16\?\)/],
    ['UTF-16 without a mark', Buffer.from('ONE=1\n', 'utf16le'), /in UTF-16/],
    ['another encoding', Buffer.from('ONE=\xe4\n', 'latin1'), /is not in UTF-8: save it as UTF-8$/],
    ['what is no file of variables', Buffer.alloc(1_000_001, 'x'), /has 1000001 bytes/],
  ])('refuses %s', (_, bytes, message) => {
    writeFileSync(file, bytes);
    expect(() => withEnvironmentFile({}, file)).toThrow(message);
    expect(() => withEnvironmentFile({}, file)).toThrow(UserError);
    expect(() => withEnvironmentFile({}, file)).toThrow(expect.objectContaining({ exitCode: 2 }));
  });

  it('refuses a directory', () => {
    expect(() => withEnvironmentFile({}, folder)).toThrow(/ cannot be read: it is a directory; expected a file/);
  });
});
