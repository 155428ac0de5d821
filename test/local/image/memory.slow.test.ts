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

// 24 million pixels are 72 MB decoded; Node.js, sharp and the TypeScript loader take about 120 MB. Not here: what holds
// the whole image in its encoder, progressive JPEG and WebP of this size (some 270 and 255 MB), and BMP; corners that
// reach over the whole image (r_4096, up to 280 MB), and a mark as large as the image (262 MB).
const text = Buffer.from('版权所有').toString('base64url');
it.each([
  ['resize,w_200/format,webp', 200, 'webp'],
  [`auto-orient,1/resize,w_200/watermark,text_${text},size_20/format,webp`, 200, 'webp'],
  ['resize,w_5000', 5000, 'jpeg'],
  ['resize,m_pad,w_4000,h_4000', 4000, 'jpeg'],
  ['crop,w_5000,h_3500', 5000, 'jpeg'],
  ['indexcrop,x_5500', 5500, 'jpeg'],
  ['circle,r_4096', 3999, 'jpeg'],
  ['rounded-corners,r_1000', 6000, 'jpeg'],
  ['rounded-corners,r_500/format,png', 6000, 'png'],
  ['resize,w_4096/rotate,90', 2731, 'jpeg'],
  ['resize,w_4000/rotate,30', 4798, 'jpeg'],
  ['flip,0', 6000, 'jpeg'],
  ['blur,r_3,s_2', 6000, 'jpeg'],
  ['bright,20', 6000, 'jpeg'],
  ['contrast,20', 6000, 'jpeg'],
  ['sharpen,100', 6000, 'jpeg'],
  ['quality,Q_80', 6000, 'jpeg'],
  ['format,png', 6000, 'png'],
  ['format,tiff', 6000, 'tiff'],
  [`watermark,text_${text},size_200`, 6000, 'jpeg'],
  [`watermark,text_${text},size_40,fill_1`, 6000, 'jpeg'],
])('a photo of 24 megapixels: %s stays under 250 MB', async (actions, width, format) => {
  const script = fileURLToPath(new URL('process-one.ts', import.meta.url));
  const style = `image/${actions}`;
  const { stdout } = await run(process.execPath, ['--import', 'tsx', script, join(folder, 'photo.jpg'), style]);
  const result: { peak: number } = JSON.parse(stdout);
  expect(result).toMatchObject({ width, format });
  expect(result.peak).toBeGreaterThan(30);
  expect(result.peak).toBeLessThan(250);
});
