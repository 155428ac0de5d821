import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

  it.each<[string, (folder: string) => readonly string[], string]>([
    [
      'photos that are not there',
      (folder) => ['--photos', join(folder, 'no')],
      'cannot be read: there is no such folder',
    ],
    ['a file in place of photos', () => ['--photos', 'package.json'], 'cannot be read: it is no folder'],
    [
      'a folder without pictures',
      (folder) => {
        mkdirSync(join(folder, '.hidden'));
        writeFileSync(join(folder, '.hidden/a.jpg'), '');
        writeFileSync(join(folder, 'notes.txt'), '');
        return ['--photos', folder];
      },
      'holds no pictures: expected files with jpg',
    ],
    ['photos where the results go', (folder) => ['--photos', folder, '--out', folder], 'one is inside the other'],
    [
      'results among the photos',
      (folder) => ['--photos', folder, '--out', join(folder, 'out')],
      'one is inside the other',
    ],
    ['rules that are not there', (folder) => ['--config', join(folder, 'no.json'), '--out', folder], 'cannot be read'],
  ])('says in one line what is wrong with %s, and touches nothing', async (_, argvOf, message) => {
    const folder = mkdtempSync(join(tmpdir(), 'autostyle-demo-'));
    try {
      const argv = argvOf(folder);
      const before = readdirSync(folder);
      const { code, error } = await runHere(command, argv);
      expect({ code, error }).toEqual({ code: 2, error: expect.stringMatching(/^demo: [^\n]*\n$/) });
      expect(error).toContain(message);
      expect(readdirSync(folder)).toEqual(before);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
