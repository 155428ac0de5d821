// Photos of a phone that was held upright, larger than OSS turns: through the whole line, with the shipped rules.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import OSS, { type Client } from 'ali-oss';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { localAccount } from '../../src/local/account.js';
import { type LocalCloud, startLocalCloud } from '../../src/local/cloud.js';
import { samplePhotos } from '../../src/local/samples.js';
import { loadConfig } from '../../src/rules/load.js';
import { shippedConfig, shippedFunction } from '../support/shipped.js';

const rules = {
  ...shippedConfig,
  rules: [
    ...shippedConfig.rules,
    {
      name: 'late',
      when: { bucket: 'photos', prefix: 'late/' },
      outputs: [{ style: 'image/watermark,text_YQ/resize,w_9', to: { bucket: 'photos-out', key: '{key}' } }],
    },
  ],
};

let cloud: LocalCloud;
let folder = '';
const lines: Record<string, unknown>[] = [];
const client = (bucket: string): Client =>
  new OSS({
    ...localAccount,
    region: `oss-${localAccount.region}`,
    endpoint: cloud.url,
    authorizationV4: true,
    bucket,
  });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'autostyle-large-'));
  const file = join(folder, 'rules.json');
  writeFileSync(file, JSON.stringify(rules));
  cloud = await startLocalCloud({
    codeDir: shippedFunction().codeDir,
    config: loadConfig(rules, {}),
    environmentVariables: { CONFIG_URI: pathToFileURL(file).href },
    onLog: (line, { stream }) => {
      if (stream === 'stdout' && line.startsWith('{')) lines.push(JSON.parse(line));
    },
  });
}, 60_000);

afterAll(async () => {
  await cloud.close();
  rmSync(folder, { recursive: true });
});

/** 24 megapixels, stored lying: the picture stands upright as 4000 × 6000. */
async function phonePhoto(): Promise<{ body: Buffer; upright: Buffer }> {
  const [photo] = await samplePhotos(new Set(['oranges.jpg']));
  const small = await sharp(photo?.body).autoOrient().toBuffer();
  const upright = await sharp(small).resize(4000, 6000, { fit: 'fill' }).toBuffer();
  const body = await sharp(upright).rotate(270).withMetadata({ orientation: 6 }).jpeg({ quality: 82 }).toBuffer();
  return { body, upright };
}

async function meanDifference(one: Buffer, other: Buffer): Promise<number> {
  const pixels = (body: Buffer) => sharp(body).removeAlpha().raw().toBuffer();
  const [a, b] = [await pixels(one), await pixels(other)];
  return a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? 0)), 0) / a.length;
}

it('comes out upright, in every size that the rules ask for', async () => {
  const { body, upright } = await phonePhoto();
  expect(await sharp(body).metadata()).toMatchObject({ width: 6000, height: 4000, orientation: 6 });
  await client('photos').put('avatars/phone.jpg', body);
  await client('photos').put('gallery/phone.jpg', body);
  await cloud.idle();

  const results = lines.filter(({ event }) => event === 'result');
  expect(results.map(({ status, usedStyle, target }) => [status, target, usedStyle]).sort()).toEqual([
    [
      'saved',
      'oss://photos-out/avatars/phone.jpg.128.webp',
      'image/auto-orient,0/resize,m_fill,h_128,w_128/rotate,90/format,webp',
    ],
    [
      'saved',
      'oss://photos-out/gallery/card/phone.jpg.webp',
      'image/auto-orient,0/resize,m_fill,h_400,w_300/rotate,90/quality,q_80/format,webp',
    ],
    [
      'saved',
      'oss://photos-out/gallery/large/phone.jpg.webp',
      'image/auto-orient,0/resize,m_lfit,h_1200,w_1200/rotate,90/quality,q_85/format,webp',
    ],
    ['saved', 'oss://photos-out/square/avatars/phone.jpg', 'image/auto-orient,0/resize,m_fixed,h_100,w_100/rotate,90'],
  ]);

  const sizes = {
    'avatars/phone.jpg.128.webp': [128, 128],
    'square/avatars/phone.jpg': [100, 100],
    'gallery/large/phone.jpg.webp': [800, 1200],
    'gallery/card/phone.jpg.webp': [400, 300],
  };
  for (const [key, [width = 0, height = 0]] of Object.entries(sizes)) {
    const { content } = await client('photos-out').get(key);
    const { width: w, height: h, orientation = 1 } = await sharp(content).metadata();
    expect([key, w, h, orientation]).toEqual([key, width, height, 1]);
    const expected = await sharp(upright)
      .resize(width, height, { fit: key.startsWith('square') ? 'fill' : 'cover' })
      .toBuffer();
    expect(await meanDifference(content, expected)).toBeLessThan(6);
  }
}, 120_000);

it('that no style can turn after shrinking is written down with what to do', async () => {
  const { body } = await phonePhoto();
  await client('photos').put('late/phone.jpg', body);
  await cloud.idle();
  const { objects } = await client('photos-journal').listV2({
    prefix: 'autostyle/failed/permanent/late/',
    'max-keys': '9',
  });
  const { content } = await client('photos-journal').get(objects?.[0]?.name ?? '');
  expect(JSON.parse(content.toString()).error).toMatchObject({
    code: 'BadRequest',
    ec: '0040-00000006',
    message: expect.stringContaining('resize to at most 4096 pixels a side before watermark,text_YQ'),
  });
}, 120_000);
