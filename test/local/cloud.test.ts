// Uploads through a real OSS client, events, the built function in its instances, OSS's work, results: the whole line.
import OSS from 'ali-oss';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalCloud, localAccount, startLocalCloud } from '../../src/local/cloud.js';
import { loadConfig } from '../../src/rules/load.js';
import { buildInto } from '../support/function.js';

const input = {
  journal: { bucket: 'photos-journal', prefix: 'autostyle/' },
  rules: [
    {
      name: 'thumbs',
      when: { bucket: 'photos', prefix: 'in/', suffix: ['.jpg'] },
      outputs: [{ style: 'image/resize,m_fixed,w_100,h_100', to: { bucket: 'photos-out', key: '{key}.webp' } }],
    },
    {
      name: 'named',
      when: { bucket: 'photos', prefix: 'named/' },
      outputs: [{ style: 'style/missing', to: { bucket: 'photos-out', key: '{key}' } }],
    },
    {
      name: 'same-bucket',
      when: { bucket: 'photos', prefix: 'same/', suffix: ['.png'] },
      outputs: [{ style: 'image/resize,w_50/format,webp', to: { key: 'same/{name}.webp' } }],
    },
  ],
};

let cloud: LocalCloud;
let built: Awaited<ReturnType<typeof buildInto>>;
const lines: Record<string, unknown>[] = [];
const client = (bucket: string): OSS =>
  new OSS({
    region: `oss-${localAccount.region}`,
    endpoint: cloud.url,
    accessKeyId: localAccount.accessKeyId,
    accessKeySecret: localAccount.accessKeySecret,
    authorizationV4: true,
    bucket,
  });
const jpeg = (): Promise<Buffer> =>
  sharp({ create: { width: 300, height: 200, channels: 3, background: '#336699' } })
    .jpeg()
    .toBuffer();

async function list(bucket: string, prefix = ''): Promise<string[]> {
  const { objects } = await client(bucket).listV2({ prefix, 'max-keys': '1000' });
  return (objects ?? []).map(({ name }) => name);
}

beforeAll(async () => {
  built = await buildInto();
  const { codeDir } = built;
  const text = Buffer.from(JSON.stringify(input));
  cloud = await startLocalCloud({
    codeDir,
    config: loadConfig(input, {}),
    environmentVariables: { CONFIG_URI: 'oss://settings/rules.json' },
    buckets: ['settings'],
    onLog: (line, { stream }) => {
      if (stream === 'stdout' && line.startsWith('{')) lines.push(JSON.parse(line));
    },
  });
  await client('settings').put('rules.json', text);
});

afterAll(async () => {
  await cloud.close();
  built.remove();
});

describe('the embedded cloud', () => {
  const keys = [
    'in/a b.jpg',
    'in/1+1=2.jpg',
    'in/100%25.jpg',
    'in/what?.jpg',
    'in/#1&2.jpg',
    'in//double.jpg',
    `in/it's "quoted".jpg`,
    'in/目录/照片.jpg',
    'in/🦉👩‍🚀.jpg',
    `in/${'k'.repeat(1010)}.JPG`,
  ];

  it('saves every upload under exactly its key', async () => {
    expect(Buffer.byteLength(keys.at(-1) ?? '')).toBe(1017);
    const body = await jpeg();
    for (const key of keys) await client('photos').put(key, body);
    await cloud.idle();
    const wanted = keys.map((key) => `${key}.webp`);
    expect((await list('photos-out', 'in/')).sort()).toEqual([...wanted].sort());
    for (const key of wanted) {
      const { content } = await client('photos-out').get(key);
      expect(await sharp(content).metadata()).toMatchObject({ width: 100, height: 100, format: 'jpeg' });
    }
    const saved = lines.filter(({ event, status }) => event === 'result' && status === 'saved');
    expect(saved.map(({ source }) => source).sort()).toEqual(keys.map((key) => `oss://photos/${key}`).sort());
  });

  it('hears form posts, copies and multipart uploads, and passes over what no rule takes', async () => {
    const body = await jpeg();
    await client('photos').copy('in/copied.jpg', 'in/a b.jpg');
    await client('photos').multipartUpload('in/parts.jpg', Buffer.concat([body, Buffer.alloc(250_000)]), {
      partSize: 102_400,
    });
    await client('photos').put('in/readme.txt', Buffer.from('no image'));
    await cloud.idle();
    const out = await list('photos-out', 'in/');
    expect(out).toContain('in/copied.jpg.webp');
    expect(out).toContain('in/parts.jpg.webp');
    expect(out).not.toContain('in/readme.txt.webp');
    expect(lines).toContainEqual(expect.objectContaining({ source: 'oss://photos/in/readme.txt', reason: 'no-rule' }));
  });

  it('writes down what failed, and why', async () => {
    await client('photos').put('in/no-image.jpg', Buffer.from('hello'));
    await client('photos').put('named/a.jpg', await jpeg());
    await cloud.idle();
    const permanent = await list('photos-journal', 'autostyle/failed/permanent/thumbs/');
    const setup = await list('photos-journal', 'autostyle/failed/setup/named/');
    expect([permanent.length, setup.length]).toEqual([1, 1]);
    const { content } = await client('photos-journal').get(setup[0] ?? '');
    expect(JSON.parse(content.toString())).toMatchObject({
      kind: 'setup',
      rule: 'named',
      event: {
        eventName: 'ObjectCreated:PutObject',
        oss: { bucket: { name: 'photos' }, object: { key: 'named/a.jpg' } },
      },
      error: { code: 'NoSuchStyle', status: 404 },
    });
  });

  it('is heard, and not started, by an output that it saves where it listens', async () => {
    const before = lines.length;
    const png = await sharp({ create: { width: 80, height: 60, channels: 4, background: '#ff000080' } })
      .png()
      .toBuffer();
    await client('photos').put('same/logo.png', png);
    await cloud.idle();
    const results = lines.slice(before).filter(({ event }) => event === 'result');
    expect(results.map(({ status, source, reason }) => [status, source, reason]).sort()).toEqual([
      ['saved', 'oss://photos/same/logo.png', undefined],
      ['skipped', 'oss://photos/same/logo.webp', 'no-rule'],
    ]);
  });

  it('accepts the vendor SDK’s own processObjectSave', async () => {
    const style = 'image/resize,m_fixed,w_100,h_100';
    const { res } = await client('photos').processObjectSave('in/a b.jpg', 'by-sdk/照片.jpg', style, 'photos-out');
    expect(res.status).toBe(200);
    const { content } = await client('photos-out').get('by-sdk/照片.jpg');
    expect(await sharp(content).metadata()).toMatchObject({ width: 100, height: 100 });
  });

  it('refuses a port that is taken', async () => {
    const config = loadConfig(input, {});
    const taken = startLocalCloud({ codeDir: built.codeDir, config, port: cloud.port });
    await expect(taken).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
