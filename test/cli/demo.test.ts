import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { command } from '../../src/cli/demo.js';
import { runCommand, runHere } from '../support/run.js';

describe('demo', () => {
  it('shows every result in its dimensions and leaves files that can be looked at', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'autostyle demo '));
    try {
      const { code, out, error } = await runCommand('demo', ['--out', folder, '--json']);
      expect({ code, error }).toEqual({ code: 0, error: '' });
      const { rows } = JSON.parse(out) as {
        rows: { target: string; width?: number; height?: number; bytes?: number }[];
      };
      expect(rows).toHaveLength(16);
      expect(rows).toContainEqual(expect.objectContaining({ hidden: 'Copyrighted by Alibaba Cloud' }));
      for (const { target, width, height, bytes } of rows) {
        const file = join(folder, 'results', target.replace('oss://photos-out/', ''));
        expect(await sharp(file).metadata()).toMatchObject({ width, height });
        expect(readFileSync(file).length).toBe(bytes);
      }
      expect(rows).toContainEqual(
        expect.objectContaining({ style: 'image/resize,m_fixed,w_100,h_100', width: 100, height: 100 }),
      );
      const page = readFileSync(join(folder, 'index.html'), 'utf8');
      for (const [, file] of page.matchAll(/<img src="([^"]+)"/g)) {
        expect(existsSync(join(folder, decodeURIComponent(file ?? '')))).toBe(true);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

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
