import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { command } from '../../src/cli/demo.js';
import { runHere } from '../support/run.js';

describe('demo', () => {
  it('leaves a folder alone that holds anything of somebody else', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'autostyle-demo-'));
    try {
      mkdirSync(join(folder, 'originals'));
      writeFileSync(join(folder, 'originals', 'wedding.raw'), 'precious');
      const { code, error } = await runHere(command, ['--out', folder]);
      expect(code).toBe(2);
      expect(error).toMatch(/^demo: --out .* holds other files: .*\n$/);
      expect(readFileSync(join(folder, 'originals', 'wedding.raw'), 'utf8')).toBe('precious');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('says in one line that it cannot write its folder', async () => {
    const { code, error } = await runHere(command, ['--out', 'package.json']);
    expect(code).toBe(2);
    expect(error).toMatch(/^demo: --out .*package\.json cannot be written: .*\n$/);
  });
});
