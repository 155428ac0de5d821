import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
    for (const [, file] of page.matchAll(/<img [^>]*src="([^"]+)"/g)) {
      expect(existsSync(join(folder, decodeURIComponent(file ?? '')))).toBe(true);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('demo makes the demo of a user’s own rules and photos, odd ones too, and expects nothing', async () => {
  const place = mkdtempSync(join(tmpdir(), 'autostyle own demo '));
  const [photos, folder] = [join(place, 'my photos'), join(place, 'out')];
  try {
    const picture = await sharp({ create: { width: 60, height: 40, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    for (const below of ['avatars', 'holiday & co/目录']) mkdirSync(join(photos, below), { recursive: true });
    const own = ['avatars/me.png', 'holiday & co/目录/#1?100%.png', '<img src=x onerror=alert(1)>.png'];
    for (const path of [...own, 'anim.gif']) writeFileSync(join(photos, path), picture);
    writeFileSync(join(photos, 'fake.jpg'), 'no picture');
    writeFileSync(join(photos, 'notes.txt'), 'no picture');
    const { code, out, error } = await runCommand('demo', ['--photos', photos, '--out', folder]);
    expect({ code, error }).toEqual({ code: 1, error: '' });
    expect(out).toContain('5 pictures: 6 results saved, 1 skipped, 2 failed.');
    expect(out).toContain('1 other file left alone.');
    expect(out).toMatch(/anim\.gif .* skipped: no rule takes it/);

    rmSync(join(photos, 'fake.jpg'));
    const rules = join(place, 'rules.mjs');
    const outputs = [{ style: 'image/resize,w_30', to: { bucket: 'made', key: '{key}/{name}' } }];
    const config = { journal: 'throw', rules: [{ name: 'all', when: { bucket: 'mine' }, outputs }] };
    writeFileSync(rules, `export default ${JSON.stringify(config)};`);
    const again = await runCommand('demo', ['--config', rules, '--photos', photos, '--out', folder, '--json']);
    expect(again.code).toBe(0);
    const { rows } = JSON.parse(again.out) as { rows: { source: string; file: string; width: number }[] };
    expect(rows.map(({ source }) => source).sort()).toEqual(
      [...own, 'anim.gif'].map((path) => `oss://mine/${path}`).sort(),
    );
    for (const { file } of rows)
      expect(await sharp(join(folder, 'results', file)).metadata()).toMatchObject({ width: 30 });
    const page = readFileSync(join(folder, 'index.html'), 'utf8');
    const files = [...page.matchAll(/<img [^>]*src="([^"]+)"/g)].map(([, file]) => decodeURIComponent(file ?? ''));
    expect(files).toHaveLength(8);
    for (const file of files) expect(existsSync(join(folder, file)), file).toBe(true);
  } finally {
    rmSync(place, { recursive: true });
  }
});
