import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { waves } from './pictures.js';

const run = promisify(execFile);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oss-autostyle-memory-'));
  const jpeg = await waves(750, 500).resize(6000, 4000, { kernel: 'nearest' }).jpeg({ quality: 90 }).toBuffer();
  await writeFile(join(folder, 'photo.jpg'), jpeg);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

// 24 million pixels are 72 MB decoded; Node.js, sharp and the TypeScript loader take the most of what is measured
// otherwise.
it.each([
  ['image/resize,w_200/format,webp', 200, 'webp'],
  [
    `image/auto-orient,1/resize,w_200/watermark,text_${Buffer.from('版权所有').toString('base64url')},size_20/format,webp`,
    200,
    'webp',
  ],
  ['image/rounded-corners,r_500/format,png', 6000, 'png'],
])('a photo of 24 megapixels: %s stays under 250 MB', async (style, width, format) => {
  const script = fileURLToPath(new URL('process-one.ts', import.meta.url));
  const { stdout } = await run(process.execPath, ['--import', 'tsx', script, join(folder, 'photo.jpg'), style]);
  const result: { peak: number } = JSON.parse(stdout);
  expect(result).toMatchObject({ width, format });
  expect(result.peak).toBeGreaterThan(30);
  expect(result.peak).toBeLessThan(250);
});
