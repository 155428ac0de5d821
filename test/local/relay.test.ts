// Relayed outputs from an upload by ali-oss to what ali-oss reads back: the built function, on the embedded cloud.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import OSS, { type Client } from 'ali-oss';
import sharp from 'sharp';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import { localAccount } from '../../src/local/account.js';
import { type LocalCloudOptions, startLocalCloud } from '../../src/local/cloud.js';
import { createFaults } from '../../src/local/faults/faults.js';
import type { OssCall } from '../../src/local/oss/call.js';
import { loadConfig } from '../../src/rules/load.js';
import type { OutputInput, RuleInput } from '../../src/rules/schema.js';
import { nodeOfFunction } from '../support/function.js';
import { shippedFunction } from '../support/shipped.js';
import { send } from './oss/fixture.js';

const { codeDir } = shippedFunction();

/** A photo whose left half is of that colour and whose right half is black. */
const jpeg = (background: string): Promise<Buffer> =>
  sharp({ create: { width: 300, height: 200, channels: 3, background } })
    .composite([{ input: { create: { width: 150, height: 200, channels: 3, background: '#000' } }, left: 150, top: 0 }])
    .jpeg()
    .toBuffer();

const headers = {
  'Cache-Control': 'public, max-age=31536000, immutable',
  'Content-Disposition': "attachment; filename*=UTF-8''{file}",
  'Content-Language': 'zh-CN',
  Expires: 'Thu, 01 Jan 2037 00:00:00 GMT',
  'x-oss-meta-source': '{bucket}/{key}',
  'x-oss-meta-version': '{etag}',
};

/** Gives the bucket `photos` its named style. */
const putChip = (port: number, content: string) =>
  send(port, {
    method: 'PUT',
    path: '/photos?style&styleName=chip',
    queries: { style: null, styleName: 'chip' },
    body: `<Style><Content>${content}</Content></Style>`,
  });

/** One rule for uploads below `in/`, on a cloud that ends with the test, with all that its OSS was called for. */
async function cloudOf(
  { outputs, ...rule }: Partial<RuleInput> & { readonly outputs: readonly OutputInput[] },
  options: Partial<LocalCloudOptions> = {},
) {
  const input = {
    journal: { bucket: 'photos-journal', prefix: 'autostyle/' },
    rules: [{ name: 'relayed', when: { bucket: 'photos', prefix: 'in/' }, ...rule, outputs }],
  };
  const folder = mkdtempSync(join(tmpdir(), 'autostyle-relay-'));
  writeFileSync(join(folder, 'rules.json'), JSON.stringify(input));
  const calls: string[] = [];
  const results: Record<string, unknown>[] = [];
  const only = (call: OssCall) => {
    const ours = call.caller?.accessKeyId.startsWith('STS.') ?? false;
    if (ours && !call.bucketName.includes('journal')) calls.push(`${call.operation} ${call.bucketName}/${call.key}`);
    return ours;
  };
  const cloud = await startLocalCloud({
    codeDir,
    config: loadConfig(input, {}),
    environmentVariables: { CONFIG_URI: pathToFileURL(join(folder, 'rules.json')).href },
    buckets: ['photos-out'],
    instances: 1,
    nodePath: nodeOfFunction(),
    faults: createFaults([], { seed: 1, only }),
    onLog: (line, { stream }) => {
      if (stream === 'stdout' && line.startsWith('{"level"')) results.push(JSON.parse(line));
    },
    ...options,
  });
  onTestFinished(async () => {
    await cloud.close();
    rmSync(folder, { recursive: true });
  });
  const client = (bucket: string): Client =>
    new OSS({
      region: `oss-${localAccount.region}`,
      endpoint: cloud.url,
      accessKeyId: localAccount.accessKeyId,
      accessKeySecret: localAccount.accessKeySecret,
      authorizationV4: true,
      bucket,
    });
  return {
    cloud,
    calls,
    client,
    journaled: async () => ((await client('photos-journal').listV2({})).objects ?? []).map(({ name }) => name),
    outcomes: () => results.filter(({ event }) => event === 'result'),
    upload: async (key: string, body: Buffer) => {
      await client('photos').put(key, body);
      await cloud.idle();
    },
  };
}

test('every header and every tag arrives, and the picture', async () => {
  const style = 'image/resize,m_fixed,w_60,h_40/format,webp';
  const tags = { 来源: '{name}', 'rule name': '{rule}', empty: 'a+b=c/d:e' };
  const { upload, client, outcomes, journaled } = await cloudOf({
    outputs: [{ style, to: { bucket: 'photos-out', key: '{key}.webp' }, headers, tags }],
  });
  const key = 'in/目录/照片 1+1&"x".jpg';
  await upload(key, await jpeg('#f00'));
  expect(outcomes()).toEqual([
    expect.objectContaining({ status: 'saved', source: `oss://photos/${key}`, style, relayed: true }),
  ]);
  expect(await journaled()).toEqual([]);
  const out = client('photos-out');
  const { res, meta } = await out.head(`${key}.webp`);
  const etag = (await client('photos').head(key)).res.headers['etag'] ?? '';
  const encoded = 'in/%E7%9B%AE%E5%BD%95/%E7%85%A7%E7%89%87%201%2B1%26%22x%22.jpg';
  expect(res.headers).toMatchObject({
    'content-type': 'image/webp',
    'cache-control': headers['Cache-Control'],
    'content-disposition': `attachment; filename*=UTF-8''${encoded.split('/').at(-1)}`,
    'content-language': 'zh-CN',
    expires: headers.Expires,
    'x-oss-tagging-count': '3',
  });
  expect(meta).toEqual({ source: `photos/${encoded}`, version: etag.replaceAll('"', '') });
  const { tag } = await out.getObjectTagging(`${key}.webp`);
  expect(tag).toEqual({ 来源: '照片 1+1__x_', 'rule name': 'relayed', empty: 'a+b=c/d:e' });
  const { content } = await out.get(`${key}.webp`);
  expect(await sharp(content).metadata()).toMatchObject({ width: 60, height: 40, format: 'webp' });
  expect(res.headers['content-length']).toBe(String(content.length));
});

test('AVIF has its size and its type, and no POST was asked for it', async () => {
  const style = 'image/resize,m_fixed,w_48,h_32/format,avif';
  const { upload, client, calls } = await cloudOf({
    outputs: [{ style, to: { bucket: 'photos-out', key: '{key}.avif' } }],
  });
  await upload('in/a.jpg', await jpeg('#0f0'));
  const { content, res } = await client('photos-out').get('in/a.jpg.avif');
  expect(res.headers['content-type']).toBe('image/avif');
  expect(await sharp(content).metadata()).toMatchObject({ width: 48, height: 32, compression: 'av1' });
  expect(calls).toContain('GetObject photos/in/a.jpg');
  expect(calls.filter((call) => call.startsWith('ProcessObject'))).toEqual([]);
  // The other way is refused, here as by OSS's pages.
  const { res: refused } = await client('photos').processObjectSave('in/a.jpg', 'b.avif', style, 'photos-out');
  expect([refused.status, refused.headers['x-oss-ec']]).toEqual([400, '0040-00000015']);
});

test('a named style is relayed where headers ask for it, and saved by OSS where not', async () => {
  const { upload, client, calls, cloud } = await cloudOf({
    outputs: [
      {
        style: 'style/chip',
        to: { bucket: 'photos-out', key: 'cached/{file}' },
        headers: { 'Cache-Control': 'max-age=5' },
      },
      { style: 'style/chip', to: { bucket: 'photos-out', key: 'plain/{file}' } },
    ],
  });
  await putChip(cloud.port, 'image/resize,m_fixed,w_30,h_20/format,png');
  await upload('in/a.jpg', await jpeg('#00f'));
  const out = client('photos-out');
  const [cached, plain] = [await out.get('cached/a.jpg'), await out.get('plain/a.jpg')];
  expect(cached.content).toEqual(plain.content);
  expect(await sharp(cached.content).metadata()).toMatchObject({ width: 30, height: 20, format: 'png' });
  expect(cached.res.headers['cache-control']).toBe('max-age=5');
  expect(plain.res.headers).not.toHaveProperty('cache-control');
  const made = calls.filter((call) => /^(?:Get|Process|Put)Object /.test(call)).sort();
  expect(made).toEqual([
    'GetObject photos/in/a.jpg',
    'ProcessObject photos/in/a.jpg',
    'PutObject photos-out/cached/a.jpg',
  ]);
});

test('a named style that gives AVIF is relayed where headers ask for it; where not, it is said what to write', async () => {
  const { upload, client, cloud, outcomes } = await cloudOf({
    outputs: [
      { style: 'style/chip', to: { bucket: 'photos-out', key: 'a/{key}' }, headers: { 'x-oss-meta-a': 'b' } },
      { style: 'style/chip', to: { bucket: 'photos-out', key: 'b/{key}' } },
    ],
  });
  await putChip(cloud.port, 'image/resize,m_fixed,w_30,h_20/format,avif');
  await upload('in/a.jpg', await jpeg('#08f'));
  const { content } = await client('photos-out').get('a/in/a.jpg');
  expect(await sharp(content).metadata()).toMatchObject({ width: 30, height: 20, compression: 'av1' });
  expect(outcomes().find(({ status }) => status === 'failed')?.['error']).toMatchObject({
    ec: '0040-00000015',
    message: expect.stringContaining('write style/chip out in the rule'),
  });
});

test('a target in the bucket of its source raises one event, which is skipped', async () => {
  const { upload, calls, outcomes } = await cloudOf({
    when: { bucket: 'photos', prefix: 'in/', exclude: ['in/made/'] },
    outputs: [{ style: 'image/resize,w_20', to: { key: 'in/made/{file}' }, headers: { 'Cache-Control': 'no-cache' } }],
  });
  await upload('in/a.jpg', await jpeg('#0ff'));
  expect(outcomes().map(({ status, source, reason }) => [status, source, reason])).toEqual([
    ['saved', 'oss://photos/in/a.jpg', undefined],
    ['skipped', 'oss://photos/in/made/a.jpg', 'no-rule'],
  ]);
  expect(calls.filter((call) => call.startsWith('PutObject'))).toEqual(['PutObject photos/in/made/a.jpg']);
});

test('a relayed derivative goes with its source', async () => {
  const { upload, client, cloud, journaled } = await cloudOf({
    onDelete: 'remove',
    outputs: [
      { style: 'image/format,avif', to: { bucket: 'photos-out', key: '{key}.avif' } },
      {
        style: 'image/resize,w_9',
        to: { bucket: 'photos-out', key: 'small/{key}' },
        headers: { 'x-oss-meta-version': '{etag}' },
        tags: { of: '{etag}' },
      },
    ],
  });
  const names = async () => ((await client('photos-out').listV2({})).objects ?? []).map(({ name }) => name).sort();
  await upload('in/a.jpg', await jpeg('#ff0'));
  expect(await names()).toEqual(['in/a.jpg.avif', 'small/in/a.jpg']);
  await client('photos').delete('in/a.jpg');
  await cloud.idle();
  expect([await names(), await journaled()]).toEqual([[], []]);
});

test.each<LocalCloudOptions['processedGet']>([{ ifMatch: 'ignored' }, { ifMatch: 'refused' }, { framing: 'chunked' }])(
  'it works with an OSS of which %j is true',
  async (processedGet) => {
    const { upload, client, journaled } = await cloudOf(
      {
        outputs: [
          {
            style: 'image/resize,m_fixed,w_9,h_6',
            to: { bucket: 'photos-out', key: '{key}' },
            headers: { 'x-oss-meta-version': '{etag}' },
          },
        ],
      },
      { processedGet },
    );
    await upload('in/a.jpg', await jpeg('#f0f'));
    const { content } = await client('photos-out').get('in/a.jpg');
    expect(await sharp(content).metadata()).toMatchObject({ width: 9, height: 6 });
    expect((await client('photos-out').head('in/a.jpg')).meta).toEqual({
      version: expect.stringMatching(/^[0-9A-F]{32}$/),
    });
    expect(await journaled()).toEqual([]);
  },
);
describe('what is cut, grown or damaged on the way is not stored, but fetched again', () => {
  const style = 'image/resize,m_fixed,limit_0,w_400,h_300/format,bmp';
  it.each([
    ['GetObject', 'get:truncate', 'settled'],
    ['GetObject', 'get:grow', 'settled'],
    ['GetObject', 'get:unframed', 'settled'],
    ['GetObject', 'get:reset', 'settled'],
    ['PutObject', 'put:corrupt', 'settled'],
    // Nobody has answered, and it may be carried out later.
    ['PutObject', 'put:reset', 'unsettled'],
    ['PutObject', 'put:late/20ms', 'unsettled'],
  ])('first %s: %s, and it is %s', async (operation, fault, end) => {
    let struck = false;
    const faults = createFaults([fault], {
      seed: 3,
      only(call) {
        const first = !struck && call.operation === operation && call.caller?.accessKeyId.startsWith('STS.') === true;
        struck ||= first;
        return first;
      },
    });
    const { upload, client, outcomes, journaled } = await cloudOf(
      { outputs: [{ style, to: { bucket: 'photos-out', key: '{key}' }, headers: { 'x-oss-meta-version': '{etag}' } }] },
      { faults },
    );
    await upload('in/a.jpg', await jpeg('#f80'));
    expect(outcomes()).toEqual([expect.objectContaining({ status: 'saved', bytes: 360_056, relayed: true })]);
    const asked = await client('photos').get('in/a.jpg', { process: style });
    const { content, res } = await client('photos-out').get('in/a.jpg');
    expect(content.equals(asked.content)).toBe(true);
    expect(res.headers).toMatchObject({ 'content-type': 'image/bmp', 'x-oss-meta-version': expect.any(String) });
    expect(faults.counts()).toEqual({ [fault]: 1 });
    expect(await journaled()).toHaveLength(end === 'unsettled' ? 1 : 0);
  });
});

test('an answer of which nobody knows whether it is whole is not stored', async () => {
  const { upload, client, journaled } = await cloudOf(
    { outputs: [{ style: 'image/format,avif', to: { bucket: 'photos-out', key: '{key}' } }] },
    { processedGet: { framing: 'none' } },
  );
  await upload('in/a.jpg', await jpeg('#fff'));
  expect((await client('photos-out').listV2({})).objects ?? []).toEqual([]);
  expect(await journaled()).toEqual([expect.stringMatching(/^autostyle\/due\//)]);
});
