// Multipart upload: what may be completed, listed, aborted.
import { beforeEach, expect, test } from 'vitest';
import { memoryStorage } from '../../../../src/local/oss/storage/memory.js';
import { codeOf, startOss, type TestOss } from '../fixture.js';

const mb = 100 * 1024;
const body = Buffer.alloc(3 * mb, 'x');
let oss: TestOss;
beforeEach(async () => {
  oss = await startOss();
});

const complete = (uploadId: string, xml: string, key = 'm') =>
  oss.wire({ method: 'POST', path: `/photos/${key}?uploadId=${uploadId}`, key, queries: { uploadId }, body: xml });

const listed = (...parts: [number, string][]) =>
  `<CompleteMultipartUpload>${parts.map(([n, etag]) => `<Part><PartNumber>${n}</PartNumber><ETag>${etag}</ETag></Part>`).join('')}</CompleteMultipartUpload>`;

test('parts are listed, replaced and put together by number', async () => {
  const c = oss.client();
  const { uploadId } = await c.initMultipartUpload('m', { mime: 'image/png' });
  const two = await c.uploadPart('m', uploadId, 2, Buffer.from('tail'), 0, 4);
  await c.uploadPart('m', uploadId, 1, Buffer.alloc(mb, 'old'), 0, mb);
  const one = await c.uploadPart('m', uploadId, 1, Buffer.alloc(mb, 'new'), 0, mb);
  expect((await c.listUploads({})).uploads).toMatchObject([{ name: 'm', uploadId }]);
  expect((await c.listParts('m', uploadId)).parts).toMatchObject([
    { PartNumber: '1', Size: String(mb) },
    { PartNumber: '2', Size: '4' },
  ]);
  await c.completeMultipartUpload('m', uploadId, [
    { number: 1, etag: one.etag },
    { number: 2, etag: two.etag },
  ]);
  const got = await c.get('m');
  expect(got.content.equals(Buffer.concat([Buffer.alloc(mb, 'new'), Buffer.from('tail')]))).toBe(true);
  expect(got.res.headers['content-type']).toBe('image/png');
  expect((await c.listUploads({})).uploads).toEqual([]);
  await expect(c.completeMultipartUpload('m', uploadId, [{ number: 1, etag: one.etag }])).rejects.toMatchObject({
    code: 'NoSuchUpload',
  });
});

test('an aborted upload is gone, and a bucket with one is not empty', async () => {
  const c = oss.client('photos-out');
  const { uploadId } = await c.initMultipartUpload('m');
  await expect(c.deleteBucket('photos-out')).rejects.toMatchObject({ code: 'BucketNotEmpty' });
  await c.abortMultipartUpload('m', uploadId);
  await expect(c.uploadPart('m', uploadId, 1, body, 0, 10)).rejects.toMatchObject({ code: 'NoSuchUpload' });
  await c.deleteBucket('photos-out');
});

test('x-oss-complete-all takes every part; x-oss-forbid-overwrite keeps what is there', async () => {
  const c = oss.client();
  const { uploadId } = await c.initMultipartUpload('m');
  await c.uploadPart('m', uploadId, 7, Buffer.from('tail'), 0, 4);
  await c.uploadPart('m', uploadId, 3, body, 0, mb);
  await c.put('m', Buffer.from('first'));
  const finish = (headers: Record<string, string>) =>
    oss.wire({ method: 'POST', path: `/photos/m?uploadId=${uploadId}`, key: 'm', queries: { uploadId }, headers });
  expect(codeOf(await finish({ 'x-oss-complete-all': 'yes', 'x-oss-forbid-overwrite': 'true' }))).toBe(
    'FileAlreadyExists',
  );
  expect((await finish({ 'x-oss-complete-all': 'yes' })).status).toBe(200);
  expect((await c.get('m')).content).toHaveLength(mb + 4);
});

test('what cannot be completed', async () => {
  const c = oss.client();
  const { uploadId } = await c.initMultipartUpload('m');
  const one = await c.uploadPart('m', uploadId, 1, Buffer.from('small'), 0, 5);
  const two = await c.uploadPart('m', uploadId, 2, body, 0, mb);
  const table: [string, string][] = [
    ['', 'MalformedXML'],
    ['<CompleteMultipartUpload>', 'MalformedXML'],
    ['<Other/>', 'MalformedXML'],
    [
      '<CompleteMultipartUpload><Part><PartNumber>x</PartNumber><ETag>y</ETag></Part></CompleteMultipartUpload>',
      'MalformedXML',
    ],
    ['<CompleteMultipartUpload><Part><PartNumber>1</PartNumber></Part></CompleteMultipartUpload>', 'MalformedXML'],
    [listed([2, two.etag], [1, one.etag]), 'InvalidPartOrder'],
    [listed([2, two.etag], [2, two.etag]), 'InvalidPartOrder'],
    [listed([0, one.etag]), 'InvalidPartOrder'],
    [listed([1, two.etag]), 'InvalidPart'],
    [listed([9, two.etag]), 'InvalidPart'],
    [listed([1, one.etag], [2, two.etag]), 'InvalidPart'],
  ];
  for (const [xml, code] of table) {
    const answer = await complete(uploadId, xml);
    expect([xml, codeOf(answer), answer.status]).toEqual([xml, code, 400]);
  }
  expect(codeOf(await complete(uploadId, listed([2, two.etag]), 'other'))).toBe('NoSuchUpload');
  expect(codeOf(await complete('nonsense', listed([2, two.etag])))).toBe('NoSuchUpload');
  expect((await complete(uploadId, listed([2, two.etag]))).status).toBe(200);
  expect(oss.bugs).toEqual([]);
});

test.each<[string, Record<string, string>]>([
  ['<CompleteMultipartUpload></CompleteMultipartUpload>', {}],
  ['', { 'x-oss-complete-all': 'yes' }],
])('without parts it makes an empty object: %j %o', async (body, headers) => {
  const { client, wire } = oss;
  const { uploadId } = await client().initMultipartUpload('m');
  const path = `/photos/m?uploadId=${uploadId}`;
  expect((await wire({ method: 'POST', path, key: 'm', queries: { uploadId }, headers, body })).status).toBe(200);
  expect((await client().head('m')).res.headers).toMatchObject({
    'content-length': '0',
    etag: '"D41D8CD98F00B204E9800998ECF8427E-0"',
    'x-oss-hash-crc64ecma': '0',
  });
});

test('x-oss-complete-all goes without a body', async () => {
  const { uploadId } = await oss.client().initMultipartUpload('m');
  const headers = { 'x-oss-complete-all': 'yes' };
  const path = `/photos/m?uploadId=${uploadId}`;
  const answer = await oss.wire({ method: 'POST', path, key: 'm', queries: { uploadId }, headers, body: listed() });
  expect([codeOf(answer), answer.headers['x-oss-ec']]).toEqual(['InvalidArgument', '0042-00000216']);
});

test('the EC says which operation knew no such upload', async () => {
  const ecs: unknown[] = [];
  for (const [method, query] of [
    ['PUT', { partNumber: '1', uploadId: 'x' }],
    ['GET', { uploadId: 'x' }],
    ['DELETE', { uploadId: 'x' }],
  ] as [string, Record<string, string>][]) {
    const path = `/photos/m?${new URLSearchParams(query)}`;
    const { headers } = await oss.wire({
      method,
      path,
      key: 'm',
      queries: query,
      ...(method === 'PUT' && { body: 'x' }),
    });
    ecs.push(headers['x-oss-ec']);
  }
  expect(ecs).toEqual(['0042-00000104', '0042-00000002', '0042-00000002']);
});

test.each(['0', '10001', '-1', 'x', ''])('part number %j is refused', async (partNumber) => {
  const { uploadId } = await oss.client().initMultipartUpload('m');
  const path = `/photos/m?partNumber=${partNumber}&uploadId=${uploadId}`;
  const answer = await oss.wire({
    method: 'PUT',
    path,
    key: 'm',
    queries: { partNumber: partNumber || null, uploadId },
    body: 'x',
  });
  expect([codeOf(answer), answer.status]).toEqual(['InvalidArgument', 400]);
});

test('the whole must fit as well: a part that is too much is refused as it comes', async () => {
  oss = await startOss({ maxObjectSize: 150 * 1024 });
  const c = oss.client();
  const { uploadId } = await c.initMultipartUpload('m');
  const first = await c.uploadPart('m', uploadId, 1, body, 0, mb);
  await expect(c.uploadPart('m', uploadId, 2, body, 0, mb)).rejects.toMatchObject({ code: 'EntityTooLarge' });
  await c.uploadPart('m', uploadId, 1, body, 0, mb);
  const rest = await c.uploadPart('m', uploadId, 2, body, 0, 50 * 1024);
  const parts = [first, rest].map(({ etag }, index) => ({ number: index + 1, etag }));
  await c.completeMultipartUpload('m', uploadId, parts);
  expect((await c.head('m')).res.headers['content-length']).toBe(String(150 * 1024));
});

test('of parts that come at the same time, those that fit are kept', async () => {
  const gates: (() => void)[] = [];
  oss = await startOss({
    maxObjectSize: 150 * 1024,
    intercept: ({ call, run }) => {
      if (call.operation === 'UploadPart') call.beforeStore = () => new Promise((resolve) => gates.push(resolve));
      return run();
    },
  });
  const c = oss.client();
  const { uploadId } = await c.initMultipartUpload('m');
  const uploads = [1, 2].map((number) => c.uploadPart('m', uploadId, number, body, 0, mb));
  await expect.poll(() => gates).toHaveLength(2);
  for (const open of gates) open();
  const outcomes = (await Promise.allSettled(uploads)).map(({ status }) => status);
  expect(outcomes.sort()).toEqual(['fulfilled', 'rejected']);
});

test('an upload is not started in a bucket that is deleted before its request is complete', async () => {
  oss = await startOss({
    intercept: ({ call, run }) => {
      const { body } = call;
      if (call.operation === 'InitiateMultipartUpload') {
        call.body = async (limit) => {
          await oss.client('photos-out').deleteBucket('photos-out');
          return body(limit);
        };
      }
      return run();
    },
  });
  await expect(oss.client('photos-out').initMultipartUpload('m')).rejects.toMatchObject({ code: 'NoSuchBucket' });
  await oss.client().putBucket('photos-out');
  expect((await oss.client('photos-out').listUploads({})).uploads).toEqual([]);
});

test('an upload is completed once, by one of those who try at the same time', async () => {
  const storage = memoryStorage();
  // Two are ready to commit in the same turn.
  const waiting: (() => void)[] = [];
  oss = await startOss({
    storage: {
      ...storage,
      stage: async (...what) => {
        await new Promise<void>((resolve) => waiting.push(resolve));
        return storage.stage(...what);
      },
    },
  });
  const c = oss.client();
  await c.putBucketVersioning('photos', 'Enabled');
  const { uploadId } = await c.initMultipartUpload('m');
  const { etag } = await c.uploadPart('m', uploadId, 1, body, 0, mb);
  const tries = [1, 2, 3].map(() => complete(uploadId, listed([1, etag])));
  await expect.poll(() => waiting).toHaveLength(3);
  for (const go of waiting) go();
  const codes = (await Promise.all(tries)).map((answer) => codeOf(answer) ?? 'done');
  expect(codes.sort()).toEqual(['NoSuchUpload', 'NoSuchUpload', 'done']);
  expect(storage.versions('photos', 'm')).toHaveLength(1);
});
