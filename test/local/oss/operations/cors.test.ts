// CORS rules through ali-oss; preflights and the headers of answers on the raw wire.
import { describe, expect, it, test } from 'vitest';
import { localPages } from '../../../../src/local/origin.js';
import { codeOf, startOss, type TestOss } from '../fixture.js';

const full = {
  allowedOrigin: ['http://a.example', 'https://*.example.com'],
  allowedMethod: ['PUT', 'GET'],
  allowedHeader: '*',
  exposeHeader: ['ETag', 'x-oss-request-id'],
  maxAgeSeconds: '30',
};

function preflight({ wire }: TestOss, path: string, headers: Record<string, string>) {
  return wire({ method: 'OPTIONS', path, headers, signed: false });
}

test('rules are put, read, replaced and deleted', async () => {
  const { client } = await startOss();
  await expect(client().getBucketCORS('photos')).rejects.toMatchObject({
    code: 'NoSuchCORSConfiguration',
    status: 404,
    message: 'The CORS Configuration does not exist.',
    ecCode: '0034-00000001',
  });
  expect((await client().putBucketCORS('photos', [full])).res.status).toBe(200);
  expect((await client().getBucketCORS('photos')).rules).toEqual([full]);
  const bare = { allowedOrigin: '*', allowedMethod: 'HEAD' };
  await client().putBucketCORS('photos', [bare, full]);
  expect((await client().getBucketCORS('photos')).rules).toEqual([bare, full]);
  expect((await client().deleteBucketCORS('photos')).res.status).toBe(204);
  expect((await client().deleteBucketCORS('photos')).res.status).toBe(204);
  await expect(client().getBucketCORS('photos')).rejects.toMatchObject({ code: 'NoSuchCORSConfiguration' });
  for (const name of ['putBucketCORS', 'getBucketCORS', 'deleteBucketCORS'] as const) {
    await expect(client('not-there')[name]('not-there', [full])).rejects.toMatchObject({ code: 'NoSuchBucket' });
  }
});

test('the default holds for every bucket until its own rules are put or deleted', async () => {
  const oss = await startOss({ defaultCors: localPages });
  const asked = (bucket: string) =>
    preflight(oss, `/${bucket}/k`, { origin: 'http://localhost:5173', 'access-control-request-method': 'PUT' });
  await oss.client().putBucket('later');
  expect([(await asked('photos')).status, (await asked('later')).status]).toEqual([200, 200]);
  await expect(oss.client().getBucketCORS('later')).rejects.toMatchObject({ code: 'NoSuchCORSConfiguration' });
  await oss.client().putBucketCORS('later', [full]);
  expect((await asked('later')).status).toBe(403);
  await oss.client().deleteBucketCORS('later');
  expect((await asked('later')).status).toBe(403);
  await expect(oss.client().getBucketCORS('later')).rejects.toMatchObject({ code: 'NoSuchCORSConfiguration' });
  await oss.client().putBucket('later', { acl: 'public-read' });
  expect((await asked('later')).status).toBe(403);
  await oss.client().deleteBucket('later');
  await oss.client().putBucket('later');
  expect((await asked('later')).status).toBe(200);
});

const rule = (inner: string) =>
  `<CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod>${inner}</CORSRule>`;

describe('PutBucketCors refuses', () => {
  it.each([
    ['no rule', '', 'MalformedXML', 'CORSRule'],
    ['21 rules', rule('').repeat(21), 'InvalidArgument', '20'],
    [
      'a rule without origin',
      '<CORSRule><AllowedMethod>GET</AllowedMethod></CORSRule>',
      'MalformedXML',
      'AllowedOrigin',
    ],
    ['a rule without method', '<CORSRule><AllowedOrigin>*</AllowedOrigin></CORSRule>', 'MalformedXML', 'AllowedMethod'],
    ['a method', rule('<AllowedMethod>PATCH</AllowedMethod>'), 'InvalidArgument', 'PATCH'],
    ['a method in lower case', rule('<AllowedMethod>put</AllowedMethod>'), 'InvalidArgument', 'AllowedMethod'],
    ['two * in an origin', rule('<AllowedOrigin>http://*.a.*</AllowedOrigin>'), 'InvalidArgument', 'AllowedOrigin'],
    ['an origin with a space', rule('<AllowedOrigin>http://a b</AllowedOrigin>'), 'InvalidArgument', 'AllowedOrigin'],
    ['an empty origin', rule('<AllowedOrigin/>'), 'InvalidArgument', 'AllowedOrigin'],
    ['two * in a header', rule('<AllowedHeader>*-*</AllowedHeader>'), 'InvalidArgument', 'AllowedHeader'],
    ['a header with a line break', rule('<ExposeHeader>a&#10;b</ExposeHeader>'), 'InvalidArgument', 'ExposeHeader'],
    ['* as exposed header', rule('<ExposeHeader>*</ExposeHeader>'), 'InvalidArgument', 'ExposeHeader'],
    ['an age', rule('<MaxAgeSeconds>-1</MaxAgeSeconds>'), 'InvalidArgument', 'MaxAgeSeconds'],
    ['two ages', rule('<MaxAgeSeconds>1</MaxAgeSeconds><MaxAgeSeconds>2</MaxAgeSeconds>'), 'MalformedXML', 'MaxAge'],
    ['an unknown element', rule('<ID>x</ID>'), 'MalformedXML', 'ID'],
    ['a ResponseVary', `${rule('')}<ResponseVary>yes</ResponseVary>`, 'MalformedXML', 'ResponseVary'],
  ])('%s', async (_, inner, code, named) => {
    const { wire, client } = await startOss();
    const body = `<CORSConfiguration>${inner}</CORSConfiguration>`;
    const answer = await wire({ method: 'PUT', path: '/photos/?cors', queries: { cors: null }, body });
    expect([codeOf(answer), answer.status]).toEqual([code, 400]);
    expect(answer.text).toContain(named);
    await expect(client().getBucketCORS('photos')).rejects.toMatchObject({ code: 'NoSuchCORSConfiguration' });
  });
});

test('header names are kept in lower case, ResponseVary is read back', async () => {
  const { wire } = await startOss();
  const body = `<CORSConfiguration>${rule('<AllowedHeader>X-A*</AllowedHeader>')}<ResponseVary>true</ResponseVary></CORSConfiguration>`;
  await wire({ method: 'PUT', path: '/photos/?cors', queries: { cors: null }, body });
  const { text } = await wire({ path: '/photos/?cors', queries: { cors: null } });
  expect(text).toContain('<AllowedHeader>x-a*</AllowedHeader>');
  expect(text).toContain('<ResponseVary>true</ResponseVary>');
});

test('an answer that varies by encoding as well says both', async () => {
  const { wire, client } = await startOss({ defaultCors: localPages });
  await client().put('a.txt', Buffer.alloc(5_000, 'a'), { mime: 'text/plain' });
  const get = { path: '/photos/a.txt', key: 'a.txt' };
  expect((await wire({ ...get, headers: { 'accept-encoding': 'gzip' } })).headers.vary).toBe('Origin, Accept-Encoding');
  expect((await wire(get)).headers.vary).toBe('Origin');
});

describe('a preflight', () => {
  it('needs no signature, and is answered by the rules, whatever else the URL holds', async () => {
    const oss = await startOss();
    await oss.client().putBucketCORS('photos', [full]);
    const headers = {
      origin: 'http://a.example',
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'content-type,x-oss-date',
    };
    for (const path of ['/photos/k', '/photos', '/photos/k?uploads', '/photos/k?x-oss-signature=1&unknown&acl']) {
      const allowed = await preflight(oss, path, headers);
      expect(allowed.status).toBe(200);
      expect(allowed.text).toBe('');
      expect(allowed.headers).toMatchObject({
        'access-control-allow-origin': 'http://a.example',
        'access-control-allow-methods': 'PUT, GET',
        'access-control-allow-headers': 'content-type, x-oss-date',
        'access-control-expose-headers': 'ETag, x-oss-request-id',
        'access-control-max-age': '30',
        'x-oss-request-id': expect.stringMatching(/^[0-9A-F]{24}$/),
      });
    }
    expect(oss.events).toEqual([]);
  });

  it.each<[string, Record<string, string>, number, string]>([
    ['/photos/k', { origin: 'http://b.example', 'access-control-request-method': 'PUT' }, 403, 'AccessForbidden'],
    ['/photos/k', { origin: 'http://a.example', 'access-control-request-method': 'DELETE' }, 403, 'AccessForbidden'],
    ['/photos/k', { origin: 'http://a.example' }, 403, 'AccessForbidden'],
    ['/photos/k', { 'access-control-request-method': 'PUT' }, 403, 'AccessForbidden'],
    ['/photos-out/k', { origin: 'http://a.example', 'access-control-request-method': 'PUT' }, 403, 'AccessForbidden'],
    ['/not-there/k', { origin: 'http://a.example', 'access-control-request-method': 'PUT' }, 404, 'NoSuchBucket'],
    ['/', { origin: 'http://a.example', 'access-control-request-method': 'GET' }, 403, 'AccessForbidden'],
  ])('%s %o: %i %s', async (path, headers, status, code) => {
    const oss = await startOss();
    await oss.client().putBucketCORS('photos', [full]);
    const answer = await preflight(oss, path, headers);
    expect([answer.status, codeOf(answer)]).toEqual([status, code]);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });
});

test('a page that default rules allow may ask about a missing bucket, and reads that it is missing', async () => {
  const oss = await startOss({ defaultCors: localPages });
  const headers = { origin: 'http://localhost:5173', 'access-control-request-method': 'PUT' };
  expect((await preflight(oss, '/not-there/k', headers)).status).toBe(200);
  const foreign = await preflight(oss, '/not-there/k', { ...headers, origin: 'http://a.example' });
  expect(codeOf(foreign)).toBe('NoSuchBucket');
  const answer = await oss.wire({
    method: 'PUT',
    path: '/not-there/k',
    bucket: 'not-there',
    key: 'k',
    body: 'x',
    headers,
  });
  expect([codeOf(answer), answer.headers['access-control-allow-origin']]).toEqual([
    'NoSuchBucket',
    'http://localhost:5173',
  ]);
});

test('answers carry the headers, errors and refusals included; no origin, no headers', async () => {
  const { wire, client } = await startOss();
  await client().putBucketCORS('photos', [full]);
  const origin = 'http://a.example';
  const get = (path: string, more: object = {}) => wire({ path, headers: { origin }, ...more });
  await wire({ method: 'PUT', path: '/photos/k', key: 'k', body: 'x' });
  const answers = [
    await get('/photos/k', { key: 'k' }),
    await get('/photos/gone', { key: 'gone' }),
    await get('/photos/k', { signed: false }),
    await get('/photos/k', { key: 'other' }),
    await get('/photos/k?lifecycle', { signed: false }),
    await wire({ method: 'PUT', path: '/photos/k2', key: 'k2', body: 'x', headers: { origin } }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 404, 403, 403, 501, 200]);
  for (const { headers } of answers) {
    expect(headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-expose-headers': 'ETag, x-oss-request-id',
    });
  }
  for (const answer of [
    await wire({ path: '/photos/k', key: 'k' }),
    await wire({ path: '/photos/k', key: 'k', headers: { origin: 'http://b.example' } }),
    await wire({ method: 'DELETE', path: '/photos/k2', key: 'k2', headers: { origin } }),
    await wire({ path: '/', headers: { origin }, bucket: '' }),
  ]) {
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
  }
});
