// What the answers say of the content of an object: its checksums, on every way in and out; and what can be chosen of a
// processed one.
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { ProcessedGet } from '../../../../src/local/oss/call.js';
import { crc64 } from '../../../../src/local/oss/object/crc64.js';
import { codeOf, startOss, type TestOss } from '../fixture.js';

const text = Buffer.from('hello world');
const checksum = '5981764153023615706';
const md5 = 'XrY7u+Ae7tCTyyK7j1rNww==';

test('an object is stored and read with its checksums, which are those of the whole', async () => {
  const { wire } = await startOss();
  const put = await wire({ method: 'PUT', path: '/photos/k', key: 'k', body: text });
  const copy = await wire({
    method: 'PUT',
    path: '/photos/copy',
    key: 'copy',
    headers: { 'x-oss-copy-source': '/photos/k' },
  });
  expect(copy.headers).not.toHaveProperty('content-md5');
  for (const { headers } of [
    put,
    copy,
    await wire({ path: '/photos/k', key: 'k' }),
    await wire({ path: '/photos/k', key: 'k', headers: { range: 'bytes=0-3' } }),
    await wire({ method: 'HEAD', path: '/photos/copy', key: 'copy' }),
    await wire({ method: 'HEAD', path: '/photos/k?objectMeta', key: 'k', queries: { objectMeta: null } }),
  ]) {
    expect(headers).toMatchObject({ etag: '"5EB63BBBE01EEED093CB22BB8F5ACDC3"', 'x-oss-hash-crc64ecma': checksum });
  }
  for (const { headers } of [
    put,
    await wire({ path: '/photos/k', key: 'k' }),
    await wire({ method: 'HEAD', path: '/photos/copy', key: 'copy' }),
  ]) {
    expect(headers['content-md5']).toBe(md5);
  }
});

test('appending continues the checksum', async () => {
  const { wire, client } = await startOss();
  const append = (position: number, body: string) => {
    const queries = { append: null, position: String(position) };
    return wire({ method: 'POST', path: `/photos/a?append&position=${position}`, key: 'a', queries, body });
  };
  await append(0, 'hello ');
  expect((await append(6, 'world')).headers['x-oss-hash-crc64ecma']).toBe(checksum);
  const { res } = await client().get('a');
  expect(res.headers).toMatchObject({ 'x-oss-hash-crc64ecma': checksum });
  expect(res.headers).not.toHaveProperty('content-md5');
});

test('parts have checksums, and the whole has theirs, combined', async () => {
  const { client, wire } = await startOss();
  const c = client();
  const [first, last] = [Buffer.alloc(100 * 1024, 'abc'), Buffer.from('tail')];
  const { uploadId } = await c.initMultipartUpload('m');
  const parts = [];
  for (const [index, body] of [first, last].entries()) {
    const queries = { partNumber: String(index + 1), uploadId };
    const path = `/photos/m?partNumber=${index + 1}&uploadId=${uploadId}`;
    const { headers } = await wire({ method: 'PUT', path, key: 'm', queries, body });
    expect(headers['x-oss-hash-crc64ecma']).toBe(String(crc64(body)));
    parts.push({ number: index + 1, etag: String(headers.etag) });
  }
  const list = await wire({ path: `/photos/m?uploadId=${uploadId}`, key: 'm', queries: { uploadId } });
  expect(list.text).toContain(`<HashCrc64ecma>${crc64(last)}</HashCrc64ecma>`);
  const whole = { 'x-oss-hash-crc64ecma': String(crc64(Buffer.concat([first, last]))) };
  expect((await c.completeMultipartUpload('m', uploadId, parts)).res.headers).toMatchObject(whole);
  const { res } = await c.head('m');
  expect(res.headers).toMatchObject(whole);
  expect(res.headers).not.toHaveProperty('content-md5');
});

test('a processed answer has no checksum of the source', async () => {
  const { client, wire } = await startOss();
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="2" height="2"/>';
  await client().put('k', Buffer.from(svg));
  const process = 'image/format,png';
  const { headers } = await wire({
    path: `/photos/k?x-oss-process=${process}`,
    key: 'k',
    queries: { 'x-oss-process': process },
  });
  expect(headers).not.toHaveProperty('x-oss-hash-crc64ecma');
  expect(headers).not.toHaveProperty('content-md5');
});

test('through a symlink, the content is that of the target, and the rest that of the link', async () => {
  let now = Date.UTC(2026, 10, 29);
  const { wire } = await startOss({ now: () => now });
  const at = (time: number) => {
    now = time;
    return { at: time };
  };
  const queries = { symlink: null };
  const meta = (value: string) => ({ 'x-oss-meta-of': value });
  const target = { 'content-type': 'text/plain', ...meta('target') };
  await wire({ method: 'PUT', path: '/photos/k', key: 'k', body: text, headers: target, ...at(now) });
  const headers = { 'x-oss-symlink-target': 'k', ...meta('link') };
  await wire({ method: 'PUT', path: '/photos/l?symlink', key: 'l', queries, headers, ...at(now + 60_000) });
  for (const method of ['HEAD', 'GET']) {
    expect((await wire({ method, path: '/photos/l', key: 'l', ...at(now) })).headers).toMatchObject({
      'content-length': '11',
      'content-md5': md5,
      'x-oss-hash-crc64ecma': checksum,
      'last-modified': 'Sun, 29 Nov 2026 00:01:00 GMT',
      'x-oss-meta-of': 'link',
      'x-oss-object-type': 'Symlink',
    });
  }
  const objectMeta = { path: '/photos/l?objectMeta', key: 'l', queries: { objectMeta: null } };
  expect((await wire({ method: 'HEAD', ...objectMeta, ...at(now) })).headers['content-length']).toBe('0');
});

const pixel = await sharp({ create: { width: 1, height: 1, channels: 3, background: '#f00' } })
  .png()
  .toBuffer();

/** A processed GET of `k`, a picture of one pixel, under a condition. */
const processedIf = async ({ client, wire }: TestOss, condition: Record<string, string>) => {
  await client().put('k', pixel);
  const process = 'image/format,png';
  const queries = { 'x-oss-process': process };
  return wire({ path: `/photos/k?x-oss-process=${process}`, key: 'k', queries, headers: condition });
};

test.each<[ProcessedGet['ifMatch'] | undefined, number, number]>([
  [undefined, 200, 412],
  ['honoured', 200, 412],
  ['ignored', 200, 200],
  ['refused', 412, 412],
])('If-Match on a processed GET, %s', async (ifMatch, ofItsETag, ofAnother) => {
  const oss = await startOss({ processedGet: ifMatch && { ifMatch } });
  const etag = `"${createHash('md5').update(pixel).digest('hex')}"`;
  const [same, other] = [await processedIf(oss, { 'if-match': etag }), await processedIf(oss, { 'if-match': '"E"' })];
  expect([same.status, other.status]).toEqual([ofItsETag, ofAnother]);
  expect(codeOf(other)).toBe(ofAnother === 412 ? 'PreconditionFailed' : undefined);
  expect((await processedIf(oss, {})).status).toBe(200);
  // Of the object as it is, the condition counts whatever that of a processed one does.
  expect((await oss.wire({ path: '/photos/k', key: 'k', headers: { 'if-match': '"E"' } })).status).toBe(412);
});

const gaussian = { type: 'gaussian', mean: 128, sigma: 60 } as const;
// Of some kilobytes, while its processed picture has less than one.
const noisy = await sharp({ create: { width: 40, height: 40, channels: 3, background: '#888', noise: gaussian } })
  .png()
  .toBuffer();

test.each<[range: string, headers: Record<string, string>, status: number, first?: number, last?: number]>([
  ['bytes=0-7', {}, 206, 0, 7],
  ['bytes=8-', {}, 206, 8],
  ['bytes=-12', {}, 206, -12],
  ['bytes=1000-1001', {}, 200],
  ['bytes=8-1000', { 'x-oss-range-behavior': 'standard' }, 206, 8],
])('ali-oss gets a part of a processed picture, %s %o: %i', async (range, more, status, first = 0, last = Infinity) => {
  const c = (await startOss()).client();
  await c.put('k', noisy);
  const process = 'image/resize,w_4';
  const whole: Buffer = (await c.get('k', { process })).content;
  expect(await sharp(whole).metadata()).toMatchObject({ width: 4, format: 'png' });
  const { content, res } = await c.get('k', { process, headers: { Range: range, ...more } });
  const part = whole.subarray(first, last + 1);
  expect([res.status, content]).toEqual([status, part]);
  const start = (first + whole.length) % whole.length;
  const end = start + part.length - 1;
  expect(res.headers).toMatchObject({ 'content-length': String(part.length), 'content-type': 'image/png' });
  expect(res.headers['content-range']).toBe(status === 206 ? `bytes ${start}-${end}/${whole.length}` : undefined);
});

test('a strict range inside the source, past the end of its processed picture, is refused', async () => {
  const c = (await startOss()).client();
  await c.put('k', noisy);
  const headers = { Range: 'bytes=1000-1001', 'x-oss-range-behavior': 'standard' };
  expect(await c.get('k', { headers })).toMatchObject({ content: noisy.subarray(1000, 1002) });
  await expect(c.get('k', { process: 'image/resize,w_4', headers })).rejects.toMatchObject({
    code: 'InvalidRange',
    status: 416,
  });
});

test('a HEAD of a processed picture is refused by name, and tells nothing of the source', async () => {
  const { client, wire } = await startOss();
  await client().put('k', pixel);
  const process = 'image/resize,w_4';
  const queries = { 'x-oss-process': process };
  const answer = await wire({ method: 'HEAD', path: `/photos/k?x-oss-process=${process}`, key: 'k', queries });
  expect([answer.status, codeOf(answer)]).toEqual([501, 'NotImplemented']);
  const xml = Buffer.from(String(answer.headers['x-oss-err']), 'base64').toString();
  expect(xml).toContain('HEAD on an object with ?x-oss-process');
  expect(answer.headers).not.toHaveProperty('etag');
});

test.each([
  ['length', { 'content-length': expect.stringMatching(/^\d+$/) }, undefined],
  ['chunked', { 'transfer-encoding': 'chunked' }, 'content-length'],
  ['none', { connection: 'close' }, 'content-length'],
] as const)('a processed answer framed by %s', async (framing, headers, missing) => {
  const oss = await startOss({ processedGet: { framing } });
  const answer = await processedIf(oss, {});
  expect(answer.headers).toMatchObject({ ...headers, 'content-type': 'image/png' });
  if (missing !== undefined) expect(answer.headers).not.toHaveProperty(missing);
  expect(await sharp(answer.body).metadata()).toMatchObject({ width: 1, height: 1, format: 'png' });
  const part = await processedIf(oss, { range: 'bytes=2-9' });
  expect([part.status, part.body]).toEqual([206, answer.body.subarray(2, 10)]);
  expect(part.headers).toMatchObject({ ...headers, 'content-range': `bytes 2-9/${answer.body.length}` });
});
