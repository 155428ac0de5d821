import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { runCommand } from '../support/run.js';

it('demo shows every result in its dimensions and leaves files that can be looked at', async () => {
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
