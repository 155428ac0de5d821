// ali-oss, a client that no one here wrote, does its everyday work against the embedded OSS.
import { Readable } from 'node:stream';
import type { OssClientError } from 'ali-oss';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { CorsConfiguration } from '../../../src/local/oss/answer/cors.js';
import { ServiceError } from '../../../src/local/oss/error.js';
import { memoryStorage } from '../../../src/local/oss/storage/memory.js';
import { codeOf, startOss } from './fixture.js';

const photo = await sharp({ create: { width: 400, height: 300, channels: 3, background: '#336699' } })
  .jpeg()
  .toBuffer();

test('put, head and get give back bytes, type and metadata', async () => {
  const { client, bugs } = await startOss();
  const put = await client().put('a/b.jpg', photo, {
    meta: { owner: 'ann' },
    headers: { 'Cache-Control': 'no-cache', 'Content-Disposition': 'attachment' },
  });
  expect(put.res.headers).toMatchObject({
    server: expect.stringMatching(/^AliyunOSS/),
    'x-oss-request-id': expect.stringMatching(/^[0-9A-F]{24}$/),
  });
  expect(put.res.headers['etag']).toMatch(/^"[0-9A-F]{32}"$/);
  const head = await client().head('a/b.jpg');
  expect(head.meta).toEqual({ owner: 'ann' });
  const got = await client().get('a/b.jpg');
  expect(got.content.equals(photo)).toBe(true);
  for (const { headers } of [head.res, got.res]) {
    expect(headers).toMatchObject({
      'content-type': 'image/jpeg',
      'content-length': String(photo.length),
      'cache-control': 'no-cache',
      'content-disposition': 'attachment',
      'x-oss-object-type': 'Normal',
      etag: put.res.headers['etag'],
    });
    expect(headers['last-modified']).toMatch(/GMT$/);
  }
  expect(bugs).toEqual([]);
});

test('putStream sends chunks without a length', async () => {
  const { client } = await startOss();
  await client().putStream('s.txt', Readable.from([Buffer.from('one '), Buffer.from('two')]));
  expect((await client().get('s.txt')).content.toString()).toBe('one two');
});

test('refusals reach the client with code, status and request id', async () => {
  const { client, oss } = await startOss();
  const error = await client()
    .get('gone.jpg')
    .then(
      () => undefined,
      (e: OssClientError) => e,
    );
  expect(error).toMatchObject({ name: 'NoSuchKeyError', status: 404, ecCode: '0026-00000001' });
  expect(error?.requestId).toMatch(/^[0-9A-F]{24}$/);
  await expect(client('no-such-bucket').get('a')).rejects.toMatchObject({ code: 'NoSuchBucket', status: 404 });
  // A HEAD has no body: ali-oss reads the refusal from x-oss-err.
  oss.keys.set('reader', { secret: 's', may: () => false });
  const reader = client('photos', { accessKeyId: 'reader', accessKeySecret: 's' });
  await expect(reader.head('a')).rejects.toMatchObject({ code: 'AccessDenied', status: 403 });
});

test('delete and deleteMulti remove; removing what is gone is fine', async () => {
  const { client } = await startOss();
  const names = ['a', 'b "quoted" & <tagged>', ' c ', "d'e"];
  for (const name of names) await client().put(name, Buffer.from('x'));
  await client().delete('a');
  await client().delete('a');
  const { deleted } = await client().deleteMulti(names.slice(1));
  expect(deleted.map(({ Key }) => Key)).toHaveLength(3);
  expect((await client().deleteMulti(['never'], { quiet: true })).deleted).toEqual([]);
  expect((await client().list({})).objects).toEqual([]);
});

test('copy keeps the metadata, or replaces it', async () => {
  const { client } = await startOss();
  await client().put('目录/源 +.txt', Buffer.from('x'), { meta: { a: '1' }, mime: 'text/plain' });
  const copied = await client('photos-out').copy('to.txt', '目录/源 +.txt', 'photos');
  expect(copied.data?.etag).toBe('"9DD4E461268C8034F5C8564E155C67A6"');
  expect(await client('photos-out').head('to.txt')).toMatchObject({
    meta: { a: '1' },
    res: { headers: { 'content-type': 'text/plain' } },
  });
  await client('photos-out').copy('to.txt', 'to.txt', undefined, { meta: { b: '2' } });
  expect((await client('photos-out').head('to.txt')).meta).toEqual({ b: '2' });
  await expect(client().copy('x', 'nothing')).rejects.toMatchObject({ code: 'NoSuchKey' });
});

test('multipart upload of several parts', async () => {
  const { client } = await startOss();
  const body = Buffer.alloc(350 * 1024, 'abc');
  const done = await client().multipartUpload('big.bin', body, { partSize: 100 * 1024, parallel: 2, meta: { m: '1' } });
  expect(done.etag).toMatch(/^"[0-9A-F]{32}-4"$/);
  const got = await client().get('big.bin');
  expect(got.content.equals(body)).toBe(true);
  expect(got.res.headers).toMatchObject({ 'x-oss-object-type': 'Multipart', 'x-oss-meta-m': '1' });
});

test('append grows an object from where it ends', async () => {
  const { client } = await startOss();
  const first = await client().append('log', Buffer.from('one'));
  expect(first.nextAppendPosition).toBe('3');
  await client().append('log', Buffer.from('two'), { position: first.nextAppendPosition });
  expect((await client().get('log')).content.toString()).toBe('onetwo');
  await expect(client().append('log', Buffer.from('x'), { position: 1 })).rejects.toMatchObject({
    code: 'PositionNotEqualToLength',
  });
  await client().put('plain', Buffer.from('x'));
  await expect(client().append('plain', Buffer.from('x'), { position: 1 })).rejects.toMatchObject({
    code: 'ObjectNotAppendable',
  });
});

test('a symlink reads as its target', async () => {
  const { client } = await startOss();
  await client().put('目标.txt', Buffer.from('there'));
  await client().putSymlink('link', '目标.txt');
  expect((await client().getSymlink('link')).targetName).toBe('目标.txt');
  const got = await client().get('link');
  expect(got.content.toString()).toBe('there');
  expect(got.res.headers['x-oss-object-type']).toBe('Symlink');
  await client().putSymlink('second', 'link');
  await expect(client().get('second')).rejects.toMatchObject({ code: 'InvalidTargetType' });
  await client().delete('目标.txt');
  await expect(client().get('link')).rejects.toMatchObject({ code: 'SymlinkTargetNotExist' });
});

test('a bucket of a kind that there is not is refused', async () => {
  const { wire } = await startOss();
  const make = (inner: string) =>
    wire({
      method: 'PUT',
      path: '/fresh-one',
      bucket: 'fresh-one',
      body: `<CreateBucketConfiguration>${inner}</CreateBucketConfiguration>`,
    });
  const strange = await make('<StorageClass>Glacier</StorageClass>');
  expect([codeOf(strange), strange.status]).toEqual(['InvalidArgument', 400]);
  expect(strange.text).toContain('StorageClass "Glacier"');
  expect((await make('<StorageClass>Standard</StorageClass>')).status).toBe(200);
  expect(codeOf(await make('<broken>'))).toBe('MalformedXML');
});

test('buckets come and go', async () => {
  const { client } = await startOss();
  expect((await client().putBucket('fresh-one')).res.headers['location']).toBe('/fresh-one');
  const { buckets } = await client().listBuckets();
  expect(buckets?.map(({ name }) => name)).toEqual(['fresh-one', 'photos', 'photos-out']);
  expect(buckets?.[0]?.region).toBe('oss-cn-hangzhou');
  expect((await client().listBuckets({ prefix: 'photos', 'max-keys': 1 })).nextMarker).toBe('photos');
  expect((await client().getBucketInfo('fresh-one')).bucket).toMatchObject({
    Name: 'fresh-one',
    Location: 'oss-cn-hangzhou',
    AccessControlList: { Grant: 'private' },
  });
  expect((await client().getBucketLocation('fresh-one')).location).toBe('oss-cn-hangzhou');
  await client('fresh-one').put('x', Buffer.from('x'));
  await expect(client().deleteBucket('fresh-one')).rejects.toMatchObject({ code: 'BucketNotEmpty' });
  await client('fresh-one').delete('x');
  await client().deleteBucket('fresh-one');
  await expect(client().getBucketInfo('fresh-one')).rejects.toMatchObject({ code: 'NoSuchBucket' });
});

test('get with a process returns the processed image under the source’s ETag', async () => {
  const { client } = await startOss();
  const put = await client().put('p.jpg', photo);
  const got = await client().get('p.jpg', { process: 'image/resize,w_100/format,webp' });
  expect(await sharp(got.content).metadata()).toMatchObject({ format: 'webp', width: 100, height: 75 });
  expect(got.res.headers).toMatchObject({ 'content-type': 'image/webp', etag: put.res.headers['etag'] });
});

test('a temporary key works with its token', async () => {
  const { client, oss } = await startOss();
  oss.keys.set('STS.abc', { secret: 's', securityToken: 'the/token+=' });
  const temporary = client('photos', { accessKeyId: 'STS.abc', accessKeySecret: 's', stsToken: 'the/token+=' });
  await temporary.put('x', Buffer.from('x'));
  expect((await temporary.get('x')).content.toString()).toBe('x');
  oss.keys.delete('STS.abc');
  await expect(temporary.get('x')).rejects.toMatchObject({ code: 'InvalidAccessKeyId' });
});

test('a 20 MB object goes in and comes out', async () => {
  const { client } = await startOss();
  const body = Buffer.alloc(20 * 1024 * 1024, 'image bytes ');
  await client().put('large.jpg', body);
  expect((await client().get('large.jpg')).content.equals(body)).toBe(true);
});

test('larger than the cap is refused, declared or not', async () => {
  const { client, wire } = await startOss({ maxObjectSize: 1000 });
  await expect(client().put('x', Buffer.alloc(1001))).rejects.toMatchObject({ code: 'EntityTooLarge', status: 400 });
  await expect(client().putStream('x', Readable.from([Buffer.alloc(900), Buffer.alloc(900)]))).rejects.toMatchObject({
    code: 'EntityTooLarge',
  });
  await client().append('log', Buffer.alloc(600));
  await expect(client().append('log', Buffer.alloc(600), { position: 600 })).rejects.toMatchObject({
    code: 'EntityTooLarge',
  });
  expect((await wire({ path: '/photos/x', key: 'x' })).status).toBe(404);
});

test('an interceptor can replace an answer, delay the write, or let the client go', async () => {
  const seen: string[] = [];
  let stored: Promise<unknown> | undefined;
  let release: () => void = () => {};
  const { client } = await startOss({
    intercept: async ({ call, run, response }) => {
      seen.push(call.operation);
      if (call.operation === 'HeadObject') return { status: 503, headers: { 'x-oss-ec': 'test' } };
      if (call.operation !== 'PutObject') return await run();
      call.beforeStore = () => new Promise((resolve) => (release = resolve));
      stored = run();
      response.destroy();
      return undefined;
    },
  });
  await expect(client().put('late', Buffer.from('x'))).rejects.toBeDefined();
  await expect(client().get('late')).rejects.toMatchObject({ code: 'NoSuchKey' });
  await expect.poll(() => seen).toContain('PutObject');
  release();
  await stored;
  expect((await client().get('late')).content.toString()).toBe('x');
  await expect(client().head('late')).rejects.toMatchObject({ status: 503 });
});

test('close refuses what comes later and waits for what runs', async () => {
  let release: () => void = () => {};
  const { oss, wire, client } = await startOss({
    intercept: async ({ call, run }) => {
      if (call.operation === 'PutObject') await new Promise<void>((resolve) => (release = resolve));
      return await run();
    },
  });
  const putting = client().put('x', Buffer.from('x'));
  await expect.poll(() => release.toString()).toContain('native');
  let ended = false;
  const closing = oss.close().then(() => (ended = true));
  expect(codeOf(await wire({ path: '/photos/x', key: 'x' }))).toBe('ServiceUnavailable');
  expect(ended).toBe(false);
  release();
  await closing;
  await putting;
});

test('an error of our own is InternalError, reported, and says nothing of its cause', async () => {
  const { client, bugs } = await startOss({
    processImage: async () => {
      throw new Error('secret detail');
    },
  });
  await client().put('x', Buffer.from('x'));
  const error = await client()
    .get('x', { process: 'image/resize,w_1' })
    .then(
      () => undefined,
      (e: OssClientError) => e,
    );
  expect(error).toMatchObject({ code: 'InternalError', status: 500 });
  expect(error?.message).not.toContain('secret');
  expect(bugs).toHaveLength(1);
});

test('what goes wrong outside an operation is InternalError too, or ends the connection, never the process', async () => {
  const storage = memoryStorage();
  const { wire, bugs } = await startOss({
    storage,
    intercept: ({ call, run }) => {
      if (call.key === 'refused') throw new ServiceError(400, 'Wrong', '', { headers: { 'x-oss-wrong': 'a\nb' } });
      return run();
    },
  });
  await expect(wire({ path: '/photos/refused', key: 'refused' })).rejects.toThrow('socket hang up');
  const bucket = { name: 'photos', created: 1, acl: 'private', styles: [] } as const;
  storage.saveBucket({ ...bucket, cors: {} as CorsConfiguration });
  const headers = { origin: 'http://localhost' };
  const answer = await wire({ path: '/photos/x', key: 'x', headers });
  expect([codeOf(answer), answer.status]).toEqual(['InternalError', 500]);
  expect(bugs).toHaveLength(2);
});
